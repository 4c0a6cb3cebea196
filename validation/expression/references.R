# Relative expression from threshold cycles, re-derived with R's own t.test and lm. Base R only.
#
#   Rscript validation/expression/references.R > validation/expression/references.json
#
# The cycles are facts printed in Livak and Schmittgen 2001 (Methods 25:402; tables of separate
# tubes, of the same tube, and the means of the dilution series) and in Yuan 2006 (BMC Bioinformatics 7:85).

livak_separate <- list(
  sample = list(target = c(27.06, 27.03, 27.03, 27.10, 26.99, 26.94),
                reference = c(22.76, 22.61, 22.62, 22.60, 22.61, 22.76)),
  calibrator = list(target = c(30.72, 30.34, 30.58, 30.34, 30.50, 30.43),
                    reference = c(23.70, 23.56, 23.47, 23.65, 23.69, 23.68)))
livak_same <- list(
  sample = list(target = c(28.73, 28.84, 28.51, 28.86, 28.86, 28.70),
                reference = c(24.30, 24.32, 24.31, 24.25, 24.34, 24.18)),
  calibrator = list(target = c(32.38, 32.08, 32.35, 32.08, 32.34, 32.13),
                    reference = c(25.07, 25.29, 25.32, 25.24, 25.17, 25.29)))
yuan <- list(
  sample = list(
    target = c(21.7813, 21.7564, 21.6410, 23.7965, 23.7571, 23.7240,
               26.3794, 26.2542, 25.9621, 28.5479, 28.3894, 28.3416),
    reference = c(18.4468, 18.8227, 18.3061, 21.2568, 21.0956, 20.8473,
                  23.2322, 22.9577, 23.2415, 25.4817, 25.6080, 25.5675)),
  calibrator = list(
    target = c(23.1102, 22.9003, 22.8972, 26.5801, 26.2139, 26.0606,
               28.1125, 28.1899, 27.5949, 30.2772, 30.4667, 30.7571),
    reference = c(19.7415, 19.4940, 19.3906, 21.9838, 22.4435, 22.5700,
                  24.8109, 24.4327, 24.2342, 26.7319, 26.8206, 26.8220)))

number <- function(v) trimws(formatC(v, digits = 15, format = "g"))
array <- function(v) paste0("[", paste(number(v), collapse = ", "), "]")
fields <- function(v) paste0("{", paste0('"', names(v), '": ', number(v), collapse = ", "), "}")
cycles <- function(d) paste0('{"target": ', array(d$target), ', "reference": ',
                             array(d$reference), "}")

# Same tube: the differences of the pairs, by Welch's and by Student's test.
paired <- function(d, equal) {
  test <- t.test(d$sample$target - d$sample$reference,
                 d$calibrator$target - d$calibrator$reference, var.equal = equal)
  c(ddct = unname(-diff(test$estimate)), low = test$conf.int[1], high = test$conf.int[2],
    df = unname(test$parameter))
}

# Separate tubes: four independent means. The cell-means model by generalised least squares with a
# variance of its own for each mean is their weighted sum; degrees of freedom after Satterthwaite.
separate <- function(d) {
  groups <- list(d$sample$target, d$sample$reference, d$calibrator$target, d$calibrator$reference)
  signs <- c(1, -1, -1, 1)
  means <- sapply(groups, mean)
  squared <- sapply(groups, function(g) var(g) / length(g))
  ddct <- sum(signs * means)
  df <- sum(squared)^2 / sum(squared^2 / (sapply(groups, length) - 1))
  reach <- qt(0.975, df) * sqrt(sum(squared))
  c(ddct = ddct, low = ddct - reach, high = ddct + reach, df = df,
    sd_sample = sqrt(var(d$sample$target) + var(d$sample$reference)),
    sd_calibrator = sqrt(var(d$calibrator$target) + var(d$calibrator$reference)))
}

# One residual variance of all four means, by lm with an interaction: Yuan's multiple regression
# without the concentration.
regression <- function(d) {
  frame <- data.frame(
    ct = c(d$sample$target, d$sample$reference, d$calibrator$target, d$calibrator$reference),
    treated = rep(c(1, 1, 0, 0), times = c(length(d$sample$target), length(d$sample$reference),
                                           length(d$calibrator$target), length(d$calibrator$reference))),
    gene = rep(c(1, 0, 1, 0), times = c(length(d$sample$target), length(d$sample$reference),
                                        length(d$calibrator$target), length(d$calibrator$reference))))
  fit <- lm(ct ~ treated * gene, frame)
  c(ddct = unname(coef(fit)["treated:gene"]))
}

dilution <- list(
  quantity = c(1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01),
  c_myc = c(25.59, 26.77, 28.14, 29.18, 30.14, 31.44, 32.42),
  GAPDH = c(22.64, 23.73, 25.12, 26.16, 27.17, 28.62, 29.45))

line <- function(y) {
  fit <- lm(y ~ log10(dilution$quantity))
  bounds <- confint(fit)[2, ]
  c(intercept = unname(coef(fit)[1]), slope = unname(coef(fit)[2]),
    slope_error = summary(fit)$coefficients[2, 2], slope_low = unname(bounds[1]),
    slope_high = unname(bounds[2]), r_squared = summary(fit)$r.squared,
    factor = unname(10^(-1 / coef(fit)[2])), factor_low = unname(10^(-1 / bounds[1])),
    factor_high = unname(10^(-1 / bounds[2])))
}

# Pfaffl 2001, equation 1, with the factors of the dilution series.
pfaffl <- function(d) {
  e <- c(line(dilution$c_myc)["factor"], line(dilution$GAPDH)["factor"])
  unname(e[1]^(mean(d$calibrator$target) - mean(d$sample$target)) /
           e[2]^(mean(d$calibrator$reference) - mean(d$sample$reference)))
}

case <- function(id, d) paste0(
  '    {"id": "', id, '", "sample": ', cycles(d$sample), ', "calibrator": ', cycles(d$calibrator),
  ',\n     "separate": ', fields(separate(d)), ',\n     "welch": ', fields(paired(d, FALSE)),
  ',\n     "student": ', fields(paired(d, TRUE)), ',\n     "regression": ', fields(regression(d)),
  ',\n     "pfaffl": ', number(pfaffl(d)), "}")

cat("{\n")
cat('  "cases": [\n')
cat(paste(case("livak_separate_tubes", livak_separate), case("livak_same_tube", livak_same),
          case("yuan", yuan), sep = ",\n"))
cat("\n  ],\n")
cat('  "dilution": {"quantity": ', array(dilution$quantity), ",\n", sep = "")
cat('    "c_myc": {"cycles": ', array(dilution$c_myc), ', "line": ', fields(line(dilution$c_myc)),
    "},\n", sep = "")
cat('    "GAPDH": {"cycles": ', array(dilution$GAPDH), ', "line": ', fields(line(dilution$GAPDH)),
    "}}\n", sep = "")
cat("}\n")
