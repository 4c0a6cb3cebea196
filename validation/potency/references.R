# Relative potency by base R, printed as JSON: linear models of a parallel-line assay with a missing
# value and three preparations, a slope-ratio assay, and parallel four-parameter curves by nls.
suppressMessages(library(jsonlite))
set.seed(20261122)

line_data <- expand.grid(dose = c(1, 2, 4), prep = c("S", "T", "U"), block = 1:4)
truth <- c(S = 0, T = log(1.4), U = log(0.8))
line_data$y <- round(20 + 6 * (log(line_data$dose) + truth[as.character(line_data$prep)]) +
  rep(rnorm(4, 0, 1), each = 9) + rnorm(nrow(line_data), 0, 0.8), 3)
line_data <- line_data[-5, ]
line_data$x <- log(line_data$dose)
line_data$treatment <- interaction(line_data$prep, line_data$dose)
full <- lm(y ~ factor(block) + treatment, line_data)
parallel <- lm(y ~ factor(block) + prep + x, line_data)
steps <- anova(lm(y ~ factor(block) + prep + x + prep:x + treatment, line_data))

ratio_data <- rbind(
  data.frame(prep = "S", dose = rep(c(0, 1, 2, 3), each = 4)),
  data.frame(prep = "T", dose = rep(c(1, 2, 3), each = 4)))
ratio_data$y <- round(3 + ifelse(ratio_data$prep == "S", 2, 2.9) * ratio_data$dose +
  rnorm(nrow(ratio_data), 0, 0.3), 3)
ratio_fit <- lm(y ~ I((prep == "S") * dose) + I((prep == "T") * dose), ratio_data)
ratio_full <- lm(y ~ factor(ifelse(dose == 0, "blank", paste(prep, dose))), ratio_data)

curve_data <- expand.grid(dose = 10 * 2^(-4:4), prep = c("S", "T"), replicate = 1:3)
curve_data$y <- round(0.1 + 1.9 / (1 + exp(-1.3 * (log(curve_data$dose) +
  ifelse(curve_data$prep == "T", log(1.5), 0) - log(10)))) + rnorm(nrow(curve_data), 0, 0.05), 4)
curve_data$t <- as.numeric(curve_data$prep == "T")
curve_data$x <- log(curve_data$dose)
shared <- nls(y ~ low + (up - low) / (1 + exp(-s * (x - e + rho * t))), curve_data,
  start = list(low = 0.1, up = 2, s = 1.3, e = log(10), rho = log(1.5)),
  control = nls.control(maxiter = 500, tol = 1e-7, minFactor = 1e-12, warnOnly = TRUE))
free <- nls(y ~ low + dlow * t + (up + dup * t - low - dlow * t) /
  (1 + exp(-(s + ds * t) * (x - e + rho * t))), curve_data,
  start = list(low = 0.1, dlow = 0, up = 2, dup = 0, s = 1.3, ds = 0, e = log(10), rho = log(1.5)),
  control = nls.control(maxiter = 500, tol = 1e-7, minFactor = 1e-12, warnOnly = TRUE))
compared <- anova(shared, free)

cat(toJSON(list(
  lines = list(
    rows = line_data[, c("prep", "dose", "block", "y")],
    slope = unname(coef(parallel)["x"]),
    log_potency = unname(coef(parallel)[c("prepT", "prepU")] / coef(parallel)["x"]),
    residual_variance = summary(full)$sigma^2, degrees_of_freedom = full$df.residual,
    sums = steps[["Sum Sq"]]),
  ratios = list(
    rows = ratio_data,
    potency = unname(coef(ratio_fit)[3] / coef(ratio_fit)[2]),
    residual_variance = summary(ratio_full)$sigma^2,
    degrees_of_freedom = ratio_full$df.residual),
  curves = list(
    rows = curve_data[, c("prep", "dose", "y")],
    parameters = as.list(coef(shared)),
    log_potency_error = unname(sqrt(vcov(shared)["rho", "rho"]) *
      sigma(free) / sigma(shared)),
    residual_variance = sigma(free)^2, f = compared[["F value"]][2],
    p = compared[["Pr(>F)"]][2])
), digits = NA, auto_unbox = TRUE, dataframe = "rows"))
