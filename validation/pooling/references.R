# Pooled estimates as metafor and clubSandwich have them.
#
#   Rscript validation/pooling/references.R > validation/pooling/references.json
#
# Each case holds its own data, so that nothing but the JSON is needed to compare. The classic data
# sets are those of metadat; the others are drawn here.

suppressPackageStartupMessages({
  library(metafor)
  library(clubSandwich)
  library(jsonlite)
})

# metafor's defaults stop at 1e-5 of the variance (1e-4 for roots). The reference has to be closer
# to the optimum than what is held to it.
tight <- function(vi) list(threshold = 1e-12 * mean(vi), maxiter = 2000, tol = 1e-13 * mean(vi))
# nlminb calls a step that gains nothing "false convergence"; the least tolerance it accepts is taken.
fit_mv <- function(call) {
  for (tolerance in 10^-(13:7)) {
    call$control <- list(optimizer = "nlminb", rel.tol = tolerance, iter.max = 2000,
                         eval.max = 4000)
    model <- tryCatch(quiet(do.call(rma.mv, call)), error = function(e) NULL)
    if (!is.null(model)) return(model)
  }
}

quiet <- function(value) suppressMessages(suppressWarnings(value))
plain <- function(x) unname(as.vector(x))

set.seed(20260711)

log_rr <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
hackshaw <- dat.hackshaw1998
normand <- escalc(measure = "SMD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i,
                  n2i = n2i, data = dat.normand1999)
drawn <- function(k, tau2, mean = 0.4, low = 0.01, high = 0.3) {
  vi <- runif(k, low, high)
  list(yi = rnorm(k, mean, sqrt(vi + tau2)), vi = vi)
}

sets <- list(
  bcg = list(yi = plain(log_rr$yi), vi = plain(log_rr$vi)),
  raudenbush = list(yi = plain(dat.raudenbush1985$yi), vi = dat.raudenbush1985$vi),
  hackshaw = list(yi = plain(hackshaw$yi), vi = hackshaw$vi),
  normand = list(yi = plain(normand$yi), vi = plain(normand$vi)),
  bangertdrowns = list(yi = plain(dat.bangertdrowns2004$yi), vi = dat.bangertdrowns2004$vi),
  konstantopoulos = list(yi = plain(dat.konstantopoulos2011$yi),
                         vi = dat.konstantopoulos2011$vi),
  alike = list(yi = c(0.31, 0.28, 0.35, 0.30, 0.33, 0.29), vi = c(0.05, 0.1, 0.2, 0.04, 0.3, 0.08)),
  two = list(yi = c(0.2, 0.9), vi = c(0.04, 0.09)),
  two_alike = list(yi = c(0.50, 0.52), vi = c(0.04, 0.02)),
  three = list(yi = c(-0.1, 0.4, 1.3), vi = c(0.02, 0.05, 0.11)),
  same_variances = list(yi = c(0.1, 0.5, -0.2, 0.9, 0.4), vi = rep(0.05, 5)),
  spread_out = list(yi = c(-3, 4, 1, 9, -6, 2), vi = c(0.01, 0.2, 3, 0.5, 0.04, 0.1)),
  large_numbers = list(yi = c(2100, 2500, 1800, 3100, 2600), vi = c(9e4, 4e4, 2.5e5, 1e4, 6e4)),
  small_numbers = list(yi = c(2.1e-5, 2.6e-5, 1.1e-5, 3.9e-5), vi = c(4e-12, 9e-12, 1e-12, 2e-11)),
  drawn_5 = drawn(5, 0.1), drawn_12 = drawn(12, 0.05), drawn_40 = drawn(40, 0.2),
  drawn_60 = drawn(60, 0.02)
)

methods <- c("EE", "DL", "HE", "SJ", "PM", "EB", "ML", "REML")

fit <- function(data, method, test = "z", mods = NULL, intercept = TRUE) {
  call <- list(yi = data$yi, vi = data$vi, method = method, test = test,
               control = tight(data$vi))
  if (!is.null(mods)) { call$mods <- mods; call$intercept <- intercept }
  tryCatch(quiet(do.call(rma.uni, call)), error = function(e) NULL)
}

numbers <- function(model) {
  list(
    estimate = plain(model$beta), se = plain(model$se), statistic = plain(model$zval),
    p = plain(model$pval), low = plain(model$ci.lb), high = plain(model$ci.ub),
    covariance = unname(vcov(model)), tau2 = model$tau2,
    se_tau2 = if (model$method == "EE") NULL else model$se.tau2,
    i2 = model$I2, h2 = model$H2, q = model$QE, q_p = model$QEp
  )
}

uni <- list()
for (name in names(sets)) for (method in methods) {
  held <- list()
  for (test in c("z", "knha", "adhoc")) {
    model <- fit(sets[[name]], method, test)
    if (is.null(model)) next
    told <- predict(model)
    held[[test]] <- c(numbers(model), list(
      prediction_low = told$pi.lb, prediction_high = told$pi.ub))
  }
  if (length(held) == 0) next
  model <- fit(sets[[name]], method)
  bounds <- NULL
  if (method != "EE") {
    found <- tryCatch(quiet(confint(model, control = list(
      tol = 1e-12 * mean(sets[[name]]$vi), maxiter = 10000, tau2.max = 1e8)))$random,
                      error = function(e) NULL)
    if (!is.null(found)) bounds <- list(
      tau2 = unname(found["tau^2", 2:3]), i2 = unname(found["I^2(%)", 2:3]),
      h2 = unname(found["H^2", 2:3]))
  }
  likelihood <- if (method %in% c("ML", "REML")) plain(logLik(model)) else NULL
  uni[[length(uni) + 1]] <- list(data = name, method = method, tests = held, interval = bounds,
                                 log_likelihood = likelihood)
}

# Meta-regression --------------------------------------------------------------------------------

bcg <- sets$bcg
designs <- list(
  ablat_year = list(data = bcg, x = cbind(dat.bcg$ablat, dat.bcg$year), intercept = TRUE,
                    at = rbind(c(10, 1970), c(33, 1950), c(60, 1970))),
  ablat = list(data = bcg, x = cbind(dat.bcg$ablat), intercept = TRUE, at = rbind(10, 33, 60)),
  alloc = list(data = bcg, x = 1 * outer(dat.bcg$alloc, sort(unique(dat.bcg$alloc)), "=="),
               intercept = FALSE, at = diag(3)),
  weeks = list(data = sets$raudenbush, x = cbind(pmin(dat.raudenbush1985$weeks, 3)),
               intercept = TRUE, at = rbind(0, 1, 2)),
  few = list(data = sets$drawn_5, x = cbind(c(0, 0, 1, 1, 1)), intercept = TRUE, at = rbind(0, 1))
)
regressions <- list()
for (name in names(designs)) for (method in methods) for (test in c("z", "knha")) {
  d <- designs[[name]]
  model <- fit(d$data, method, test, d$x, d$intercept)
  if (is.null(model)) next
  told <- predict(model, newmods = d$at)
  regressions[[length(regressions) + 1]] <- c(
    list(design = name, method = method, test = test), numbers(model),
    list(moderators = model$QM, moderators_p = model$QMp, explained = model$R2,
         predicted = told$pred, predicted_low = told$ci.lb, predicted_high = told$ci.ub,
         prediction_low = told$pi.lb, prediction_high = told$pi.ub))
}
designs <- lapply(designs, function(d) list(
  yi = d$data$yi, vi = d$data$vi, intercept = d$intercept,
  x = if (d$intercept) unname(cbind(1, d$x)) else unname(d$x),
  at = if (d$intercept) unname(cbind(1, d$at)) else unname(d$at)))

# Subgroups ---------------------------------------------------------------------------------------

subgroups <- lapply(c("EE", "DL", "REML"), function(method) {
  names <- sort(unique(dat.bcg$alloc))
  own <- lapply(names, function(group) {
    kept <- dat.bcg$alloc == group
    fit(list(yi = bcg$yi[kept], vi = bcg$vi[kept]), method)
  })
  means <- sapply(own, function(m) plain(m$beta)); errors <- sapply(own, function(m) m$se)
  between <- rma.uni(means, sei = errors, method = "EE")
  list(method = method, groups = names, estimate = means, se = errors,
       tau2 = sapply(own, function(m) m$tau2), q_between = between$QE, p_between = between$QEp)
})

# Several estimates a study -----------------------------------------------------------------------

school <- dat.konstantopoulos2011
assink <- dat.assink2016
clusters <- 8
sizes <- c(1, 2, 3, 4, 2, 5, 1, 3)
paper <- rep(seq_len(clusters), sizes)
several <- data.frame(paper = paper, row = seq_along(paper), vi = runif(length(paper), 0.02, 0.2))
several$x <- rnorm(nrow(several))
several$yi <- 0.3 + rnorm(clusters, 0, 0.3)[paper] + rnorm(nrow(several), 0, 0.2) +
  rnorm(nrow(several), 0, sqrt(several$vi))
shared <- outer(several$paper, several$paper, "==") * 0.01
diag(shared) <- several$vi

levels3 <- list(
  school = list(yi = plain(school$yi), v = school$vi, outer = school$district,
                inner = seq_along(school$yi), x = NULL),
  school_year = list(yi = plain(school$yi), v = school$vi, outer = school$district,
                     inner = seq_along(school$yi), x = cbind(1, school$year - mean(school$year))),
  assink = list(yi = plain(assink$yi), v = assink$vi, outer = assink$study, inner = assink$esid +
                  1000 * assink$study, x = NULL),
  assink_year = list(yi = plain(assink$yi), v = assink$vi, outer = assink$study,
                     inner = assink$esid + 1000 * assink$study, x = cbind(1, plain(assink$year))),
  few_papers = list(yi = several$yi, v = several$vi, outer = several$paper, inner = several$row,
                    x = NULL),
  few_papers_x = list(yi = several$yi, v = several$vi, outer = several$paper, inner = several$row,
                      x = cbind(1, several$x)),
  shared_control = list(yi = several$yi, v = shared, outer = several$paper, inner = several$row,
                        x = NULL)
)
# Variances at zero and a little above: where a search can stick.
for (number in 1:8) {
  sizes <- sample(1:4, 9, TRUE)
  outer <- rep(seq_along(sizes), sizes)
  v <- exp(runif(length(outer), -4, 0))
  between <- c(0, 0, 0.01, 0.3)[(number - 1) %% 4 + 1]
  levels3[[paste0("small_", number)]] <- list(
    yi = rnorm(9, 0.3, sqrt(between))[outer] + rnorm(length(outer), 0, sqrt(v + 0.01)), v = v,
    outer = outer, inner = seq_along(outer), x = cbind(1, rnorm(length(outer))))
}
multilevel <- list()
for (name in names(levels3)) for (method in c("ML", "REML")) {
  d <- levels3[[name]]
  frame <- data.frame(outer = d$outer, inner = d$inner)
  call <- list(yi = d$yi, V = d$v, random = list(~ 1 | outer, ~ 1 | inner), data = frame,
               method = method)
  if (!is.null(d$x)) { call$mods <- d$x; call$intercept <- FALSE }
  model <- fit_mv(call)
  robust <- lapply(c("CR0", "CR1p", "CR2"), function(type) {
    v <- vcovCR(model, cluster = d$outer, type = type)
    tested <- coef_test(model, vcov = v, cluster = d$outer,
                        test = if (type == "CR2") "Satterthwaite" else "naive-tp")
    told <- list(type = type, covariance = unname(as.matrix(v)), se = tested$SE,
                 statistic = tested$tstat,
                 df = if (type == "CR2") tested$df_Satt else NULL,
                 p = if (type == "CR2") tested$p_Satt else tested$p_tp)
    if (!is.null(d$x) && type == "CR2") {
      joint <- Wald_test(model, constraints = constrain_zero(2), vcov = v, test = "HTZ")
      told$joint <- list(f = joint$Fstat, df = joint$df_denom, p = joint$p_val)
    }
    told
  })
  multilevel[[length(multilevel) + 1]] <- list(
    data = name, method = method, estimate = plain(model$beta), se = model$se,
    low = model$ci.lb, high = model$ci.ub, variances = model$sigma2,
    log_likelihood = plain(logLik(model)), q = model$QE, q_p = model$QEp, robust = robust)
}

profiles <- lapply(c("school", "few_papers"), function(name) {
  d <- levels3[[name]]
  frame <- data.frame(outer = d$outer, inner = d$inner)
  model <- fit_mv(list(yi = d$yi, V = d$v, random = list(~ 1 | outer, ~ 1 | inner), data = frame))
  bounds <- lapply(1:2, function(which) unname(
    quiet(confint(model, sigma2 = which, control = list(tol = 1e-8)))$random[1, 2:3]))
  list(data = name, bounds = bounds)
})

berkey <- dat.berkey1998
berkey_v <- bldiag(lapply(split(berkey[c("v1i", "v2i")], berkey$trial), as.matrix))
bivariate <- lapply(c("ML", "REML"), function(method) {
  model <- fit_mv(list(yi = berkey$yi, V = berkey_v, mods = ~ outcome - 1,
                       random = ~ outcome | trial, struct = "UN", data = berkey, method = method))
  list(method = method, estimate = plain(model$beta), se = model$se, variances = model$tau2,
       correlation = model$rho, log_likelihood = plain(logLik(model)), q = model$QE,
       moderators = model$QM)
})

# Robust inference on independent-effects models whose estimates cluster ---------------------------

robust_uni <- lapply(list(
  list(name = "school", yi = plain(school$yi), vi = school$vi, cluster = school$district),
  list(name = "few_papers", yi = several$yi, vi = several$vi, cluster = several$paper)
), function(d) {
  model <- quiet(rma.uni(d$yi, d$vi, control = tight(d$vi)))
  tested <- coef_test(model, vcov = "CR2", cluster = d$cluster)
  list(data = d$name, se = tested$SE, df = tested$df_Satt, p = tested$p_Satt)
})

# Small studies -----------------------------------------------------------------------------------

small <- list()
for (name in c("bcg", "raudenbush", "hackshaw", "normand", "drawn_12", "drawn_40", "drawn_60",
               "same_variances", "alike"))
  for (method in c("EE", "REML", "DL")) {
    model <- fit(sets[[name]], method)
    lines <- list(data = name, method = method)
    regression <- tryCatch(quiet(regtest(model, model = "rma")), error = function(e) NULL)
    if (!is.null(regression) && name != "same_variances") {
      lines$egger_random <- list(statistic = plain(regression$zval), p = plain(regression$pval),
                                 limit = plain(regression$est), low = plain(regression$ci.lb),
                                 high = plain(regression$ci.ub))
      classic <- quiet(regtest(model, model = "lm"))
      lines$egger_weighted <- list(statistic = plain(classic$zval), p = plain(classic$pval),
                                   limit = plain(classic$est), low = plain(classic$ci.lb),
                                   high = plain(classic$ci.ub))
    }
    ranks <- quiet(ranktest(model))
    lines$ranks <- list(tau = plain(ranks$tau), p = plain(ranks$pval))
    for (estimator in c("L0", "R0", "Q0")) {
      filled <- tryCatch(quiet(trimfill(model, estimator = estimator, maxiter = 1000)),
                         error = function(e) NULL)
      if (!is.null(filled)) lines[[estimator]] <- list(
        missing = filled$k0, se = filled$se.k0, side = filled$side,
        estimate = plain(filled$beta), error = filled$se, tau2 = filled$tau2)
    }
    lines$fail_safe <- list(rosenthal = quiet(fsn(model$yi, model$vi))$fsnum,
                            orwin = quiet(fsn(model$yi, model$vi, type = "Orwin"))$fsnum,
                            rosenberg = quiet(fsn(model$yi, model$vi, type = "Rosenberg"))$fsnum)
    small[[length(small) + 1]] <- lines
  }

# One study less, one study more, influence, shrunken effects --------------------------------------

follow <- list()
for (name in c("bcg", "normand", "drawn_12")) for (method in c("EE", "DL", "REML")) {
  model <- fit(sets[[name]], method)
  without <- quiet(leave1out(model)); grown <- quiet(cumul(model))
  held <- quiet(influence(model)$inf)
  follow[[length(follow) + 1]] <- list(
    data = name, method = method,
    without = list(estimate = without$estimate, se = without$se, tau2 = without$tau2,
                   q = without$Q, i2 = without$I2),
    grown = list(estimate = grown$estimate, se = grown$se, tau2 = grown$tau2),
    influence = list(residual = held$rstudent, dffits = held$dffits, cook = held$cook.d,
                     covariance_ratio = held$cov.r, tau2 = held$tau2.del, q = held$QE.del,
                     hat = held$hat, weight = held$weight),
    shrunken = if (method == "EE") NULL else plain(blup(model)$pred))
}

# Effect sizes ------------------------------------------------------------------------------------

size <- function(measure, ...) {
  made <- quiet(escalc(measure = measure, ...))
  list(measure = measure, yi = plain(made$yi), vi = plain(made$vi))
}
means <- data.frame(
  m1i = c(55, 27, 64, 66, 14, 0.031, 98.2), sd1i = c(47, 7, 17, 20, 8, 0.004, 0.9),
  n1i = c(155, 31, 75, 18, 8, 3, 2),
  m2i = c(75, 29, 119, 137, 18, 0.055, 97.1), sd2i = c(64, 4, 29, 48, 11, 0.021, 2.2),
  n2i = c(156, 32, 71, 18, 13, 4, 6))
of_means <- c(
  lapply(c("MD", "SMD", "ROM", "VR", "CVR"), function(m) with(means, size(
    m, m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i, n2i = n2i,
    vtype = if (m == "MD" || m == "ROM" || m == "SMD") "LS" else "LS"))),
  list(c(with(means, size("MD", m1i = m1i, sd1i = sd1i, n1i = n1i, m2i = m2i, sd2i = sd2i,
                          n2i = n2i, vtype = "HO")), list(variant = "HO"))))
paired <- data.frame(m1i = c(12, 3.3, 80), m2i = c(10, 4.1, 75), sd1i = c(3, 1.1, 9),
                     sd2i = c(2.5, 0.8, 12), ni = c(9, 5, 14), ri = c(0.5, 0, 0.83))
of_pairs <- lapply(c("MC", "ROMC"), function(m) with(paired, size(
  m, m1i = m1i, m2i = m2i, sd1i = sd1i, sd2i = sd2i, ni = ni, ri = ri)))
counts <- data.frame(ai = c(4, 0, 0, 11, 7, 12), bi = c(119, 20, 15, 0, 3, 1),
                     ci = c(11, 3, 0, 9, 0, 12), di = c(128, 19, 18, 5, 9, 4))
# Peto's and the arcsine need no half for a zero.
of_counts <- lapply(c("RR", "OR", "RD", "AS", "PETO"), function(m) with(counts, size(
  m, ai = ai, bi = bi, ci = ci, di = di, drop00 = FALSE,
  add = if (m %in% c("AS", "PETO")) 0 else 1 / 2)))
shares <- data.frame(xi = c(38, 0, 12, 5, 1), ni = c(54, 10, 12, 9, 250))
of_shares <- lapply(c("PR", "PLN", "PLO", "PAS", "PFT"), function(m) with(shares, size(
  m, xi = xi, ni = ni)))
rates <- data.frame(xi = c(5, 0, 31), ti = c(20, 11, 400.5))
of_rates <- lapply(c("IR", "IRLN", "IRS"), function(m) with(rates, size(m, xi = xi, ti = ti)))
correlations <- data.frame(ri = c(0.1, -0.8, 0.99), ni = c(10, 5, 44))
of_correlations <- list(with(correlations, size("ZCOR", ri = ri, ni = ni)))
of_groups <- lapply(c("MN", "MNLN", "CVLN", "SDLN"), function(m) with(means, size(
  m, mi = m1i, sdi = sd1i, ni = n1i)))

# Back from the double arcsine, at the harmonic mean of the totals (Miller 1978).
pritz <- dat.pritz1997
pft <- escalc(measure = "PFT", xi = xi, ni = ni, data = pritz)
model <- rma.uni(yi, vi, data = pft, control = tight(pft$vi))
back <- predict(model, transf = transf.ipft.hm, targs = list(ni = pritz$ni))
double_arcsine <- list(xi = pritz$xi, ni = pritz$ni, estimate = plain(model$beta),
                       tau2 = model$tau2, proportion = back$pred, low = back$ci.lb,
                       high = back$ci.ub)

# Three arms with one control: Gleser and Olkin's covariance of standardised differences.
arms <- list(control = c(10, 2, 12), treated = rbind(c(12, 2.2, 10), c(11, 1.9, 14), c(14, 3, 9)))
total <- arms$control[3] + sum(arms$treated[, 3])
arm_sizes <- with(arms, escalc(measure = "SMD", m1i = treated[, 1], sd1i = treated[, 2],
  n1i = treated[, 3], m2i = rep(control[1], 3),
  sd2i = rep(control[2], 3), n2i = rep(control[3], 3)))
gleser <- matrix(1 / arms$control[3], 3, 3) + outer(arm_sizes$yi, arm_sizes$yi) / (2 * total)
diag(gleser) <- arm_sizes$vi
md_sizes <- with(arms, escalc(measure = "MD", m1i = treated[, 1], sd1i = treated[, 2],
  n1i = treated[, 3], m2i = rep(control[1], 3),
  sd2i = rep(control[2], 3), n2i = rep(control[3], 3)))
# All arms in one regression: the covariance of its contrasts is that of a shared control.
group <- diag(c(arms$control[2]^2 / arms$control[3], arms$treated[, 2]^2 / arms$treated[, 3]))
contrast <- cbind(-1, diag(3))
shared_control <- list(
  control = arms$control, treated = arms$treated, total = total,
  smd = unname(gleser), md = contrast %*% group %*% t(contrast))

versions <- list(R = as.character(getRversion()), metafor = as.character(packageVersion("metafor")),
                 clubSandwich = as.character(packageVersion("clubSandwich")),
                 metadat = as.character(packageVersion("metadat")))

cat(toJSON(list(
  versions = versions, sets = sets, uni = uni, designs = designs, regressions = regressions,
  subgroups = list(group = dat.bcg$alloc, fits = subgroups), levels = levels3,
  multilevel = multilevel, profiles = profiles,
  bivariate = list(yi = plain(berkey$yi), v = unname(as.matrix(berkey_v)), trial = berkey$trial,
                   outcome = berkey$outcome, fits = bivariate),
  robust_uni = robust_uni, small = small, follow = follow,
  sizes = list(means = means, of_means = of_means, paired = paired, of_pairs = of_pairs,
               counts = counts, of_counts = of_counts, shares = shares, of_shares = of_shares,
               rates = rates, of_rates = of_rates, correlations = correlations,
               of_correlations = of_correlations, of_groups = of_groups),
  double_arcsine = double_arcsine, shared_control = shared_control
), digits = 15, auto_unbox = TRUE, null = "null", na = "null", dataframe = "columns"))
