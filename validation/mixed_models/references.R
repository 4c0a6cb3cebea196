# Linear mixed models as lme4, lmerTest, pbkrtest and emmeans have them.
#
#   Rscript validation/mixed_models/references.R > validation/mixed_models/references.json
#
# Each case holds its own data, so that nothing but the JSON is needed to compare. Five data sets
# are classic ones shipped with lme4, the others are drawn here.

suppressPackageStartupMessages({
  library(lme4)
  library(lmerTest)
  library(pbkrtest)
  library(emmeans)
  library(jsonlite)
})

# lme4's default optimiser stops at about 1e-6 of theta. The reference has to be closer to the
# minimum than what is held to it.
tight <- lmerControl(
  optimizer = "nloptwrap", calc.derivs = FALSE, check.conv.singular = "ignore",
  optCtrl = list(algorithm = "NLOPT_LN_BOBYQA", xtol_rel = 0, xtol_abs = 1e-12,
                 ftol_rel = 0, ftol_abs = 1e-13, maxeval = 100000)
)

quiet <- function(value) suppressMessages(suppressWarnings(value))

# Minus two log restricted likelihood as a function of all standard deviations, from lme4's own
# deviance function (as lmerTest uses it), minimised over all but one variance.
profile_interval <- function(model, which, level) {
  deviance <- quiet(update(model, devFunOnly = TRUE))
  count <- length(getME(model, "theta"))
  at <- function(variances) {
    sigma <- sqrt(variances[count + 1])
    lmerTest:::devfun_vp(c(sqrt(variances[seq_len(count)]) / sigma, sigma), deviance, reml = TRUE)
  }
  best <- c(getME(model, "theta")^2 * sigma(model)^2, sigma(model)^2)
  bottom <- at(best)
  rest <- setdiff(seq_len(count + 1), which)
  lowest_at <- function(value) {
    inner <- function(logs) {
      variances <- numeric(count + 1)
      variances[which] <- value
      variances[rest] <- exp(logs)
      at(variances)
    }
    start <- log(pmax(best[rest], 1e-8 * sum(best)))
    if (length(rest) == 1) {
      # Golden section sees nothing where the criterion is flat, as near zero: in pieces then.
      pieces <- log(sum(best)) + seq(-24, 6, by = 3)
      min(sapply(seq_along(pieces)[-1], function(i)
        optimise(inner, pieces[c(i - 1, i)], tol = 1e-10)$objective))
    } else {
      found <- optim(start, inner, method = "Nelder-Mead",
                     control = list(reltol = 1e-14, maxit = 10000))
      optim(found$par, inner, method = "BFGS", control = list(reltol = 1e-15))$value
    }
  }
  limit <- bottom + qchisq(level, 1)
  above <- function(value) lowest_at(value) - limit
  least <- if (which == count + 1) 1e-9 * best[which] else 0
  low <- if (best[which] <= 1e-8 * sum(best) || above(least) <= 0) 0
         else uniroot(above, c(least, best[which]), tol = 1e-10 * best[which])$root
  far <- max(best[which], 1e-3 * sum(best))
  while (above(far) < 0) far <- 2 * far
  high <- uniroot(above, c(max(best[which], least), far), tol = 1e-10 * far)$root
  c(low, high)
}

one_dimensional <- function(model, weights, method) {
  found <- quiet(contest1D(model, weights, ddf = method))
  list(estimate = found$Estimate, standard_error = found$`Std. Error`, df = found$df,
       t = found$`t value`, p = found$`Pr(>|t|)`)
}

joint <- function(model, matrix) {
  satterthwaite <- quiet(contestMD(model, matrix, ddf = "Satterthwaite"))
  roger <- quiet(KRmodcomp(as(model, "lmerMod"), matrix))$test["Ftest", ]
  list(
    matrix = matrix,
    satterthwaite = list(f = satterthwaite$`F value`, numerator = satterthwaite$NumDF,
                         denominator = satterthwaite$DenDF, p = satterthwaite$`Pr(>F)`),
    kenward_roger = list(f = roger$stat, numerator = roger$ndf, denominator = roger$ddf,
                         p = roger$p.value)
  )
}

pairwise <- function(model, factor, method, weights) {
  grid <- quiet(emmeans(model, factor, lmer.df = method, weights = weights))
  found <- quiet(pairs(grid, adjust = "none"))
  table <- as.data.frame(summary(found, infer = c(TRUE, TRUE)))
  list(weights = found@linfct, estimate = I(table$estimate), standard_error = I(table$SE),
       df = I(table$df), low = I(table$lower.CL), high = I(table$upper.CL),
       p = I(table$p.value))
}

means <- function(model, factor, weights) {
  grid <- quiet(emmeans(model, factor, lmer.df = "kenward-roger", weights = weights))
  table <- as.data.frame(summary(grid))
  list(weights = grid@linfct, mean = table$emmean, standard_error = table$SE, df = table$df)
}

answer <- function(id, what, formula, data, factor = NULL, intervals = FALSE) {
  data <- droplevels(as.data.frame(data))
  model <- quiet(lmerTest::lmer(formula, data, control = tight))
  design <- getME(model, "X")
  terms <- names(getME(model, "flist"))
  # lme4 orders its factors by their number of levels; the cases keep that order.
  groups <- lapply(getME(model, "flist"), function(f) as.integer(f) - 1L)
  size <- ncol(design)
  weights <- diag(size)
  effects <- if (size > 1) weights[-1, , drop = FALSE] else weights
  variances <- as.data.frame(VarCorr(model))
  result <- list(
    id = id, what = what, formula = paste(deparse(formula), collapse = " "),
    response = unname(getME(model, "y")), design = unname(as.matrix(design)),
    columns = I(colnames(design)), groups = unname(groups), factors = I(terms),
    variances = I(variances$vcov[match(terms, variances$grp)]),
    residual_variance = sigma(model)^2, criterion = getME(model, "devcomp")$cmp[["REML"]],
    singular = isSingular(model), coefficients = I(unname(fixef(model))),
    covariance = unname(as.matrix(vcov(model))),
    adjusted_covariance = unname(as.matrix(vcovAdj(as(model, "lmerMod")))),
    contrasts = lapply(seq_len(size), function(i) list(
      weights = I(weights[i, ]),
      satterthwaite = one_dimensional(model, weights[i, ], "Satterthwaite"),
      kenward_roger = one_dimensional(model, weights[i, ], "Kenward-Roger"))),
    joint = if (size > 2) joint(model, effects)
  )
  if (!is.null(factor)) {
    result$pairs <- list(
      satterthwaite = pairwise(model, factor, "satterthwaite", "equal"),
      kenward_roger = pairwise(model, factor, "kenward-roger", "equal"))
    result$means <- means(model, factor, "equal")
  }
  if (intervals) {
    result$intervals <- lapply(seq_len(length(terms) + 1),
                               function(k) profile_interval(model, k, 0.95))
  }
  result
}

# donors: number of each source; passages: how many each donor has (recycled).
drawn <- function(seed, donors, passages, donor_sd, residual_sd, effects, slope = 0,
                  lots = 1, lot_sd = 0) {
  set.seed(seed)
  source <- rep(seq_along(donors), donors)
  rows <- do.call(rbind, lapply(seq_along(source), function(d) {
    own <- rep_len(lots, length(source))[d]
    do.call(rbind, lapply(seq_len(own), function(l) data.frame(
      donor = d, lot = paste(d, l), source = LETTERS[source[d]],
      passage = seq_len(rep_len(passages, length(source))[d]))))
  }))
  donor <- rnorm(length(source), 0, donor_sd)
  lot <- setNames(rnorm(length(unique(rows$lot)), 0, lot_sd), unique(rows$lot))
  rows$y <- round(10 + effects[match(rows$source, LETTERS)] + slope * rows$passage +
                    donor[rows$donor] + lot[rows$lot] + rnorm(nrow(rows), 0, residual_sd), 4)
  rows$donor <- factor(rows$donor)
  rows$lot <- factor(rows$lot)
  rows$source <- factor(rows$source)
  rows
}

paired <- function(seed, donors, passages, missing) {
  set.seed(seed)
  rows <- expand.grid(passage = seq_len(passages), source = c("A", "B", "C"),
                      donor = seq_len(donors))
  rows$lot <- factor(paste(rows$donor, rows$source))
  rows$y <- round(5 + c(A = 0, B = 0.8, C = -0.5)[as.character(rows$source)] -
                    0.2 * rows$passage + rnorm(donors, 0, 1)[rows$donor] +
                    rnorm(nlevels(rows$lot), 0, 0.5)[as.integer(rows$lot)] +
                    rnorm(nrow(rows), 0, 0.4), 4)
  rows$donor <- factor(rows$donor)
  if (missing > 0) rows <- rows[-sample(nrow(rows), missing), ]
  rows
}

crossed <- function(seed, operator_sd) {
  set.seed(seed)
  rows <- expand.grid(donor = factor(1:12), operator = factor(1:4), repeat_ = 1:2)
  rows <- rows[sample(nrow(rows), 60), ]
  rows$source <- factor(c("A", "B")[1 + as.integer(rows$donor) %% 2])
  rows$y <- round(3 + 0.4 * (rows$source == "B") + rnorm(12, 0, 0.7)[rows$donor] +
                    rnorm(4, 0, operator_sd)[rows$operator] + rnorm(60, 0, 0.5), 4)
  rows
}

one_donor_many_lots <- drawn(11, c(1, 6), 1, 0.8, 0.4, c(0, 1), lots = c(9, 1, 2, 1, 3, 1, 2))

small <- drawn(23, c(4, 5), c(3, 2, 4, 1, 3), 1, 0.6, c(0, 0.9))
small$y <- small$y * 1e-6

# Donors of two sources and both sexes, so that means are averaged over an unbalanced factor.
with_sex <- drawn(60, c(6, 7), c(3, 1, 2, 4), 0.7, 0.5, c(0, 0.8), slope = -0.2)
with_sex$sex <- factor(c("f", "m")[1 + (as.integer(with_sex$donor) %% 3 == 0)])

grid_of <- function(model, factor, other) {
  grid <- quiet(ref_grid(model))
  list(grid = grid@linfct, levels = as.integer(grid@grid[[factor]]) - 1L,
       combinations = as.integer(grid@grid[[other]]) - 1L, counts = grid@grid$.wgt.,
       equal = quiet(emmeans(model, factor, weights = "equal"))@linfct,
       proportional = quiet(emmeans(model, factor, weights = "proportional"))@linfct,
       cells = quiet(emmeans(model, factor, weights = "cells"))@linfct)
}

cases <- list(
  answer("dyestuff", "lme4::Dyestuff: a balanced one-way layout, only a mean", Yield ~ 1 +
           (1 | Batch), Dyestuff, intervals = TRUE),
  answer("dyestuff2", "lme4::Dyestuff2: variance of the batches at zero", Yield ~ 1 + (1 | Batch),
         Dyestuff2, intervals = TRUE),
  answer("sleepstudy", "lme4::sleepstudy with random intercepts only: a covariate within subjects",
         Reaction ~ Days + (1 | Subject), sleepstudy, intervals = TRUE),
  answer("penicillin", "lme4::Penicillin: two crossed factors", diameter ~ 1 + (1 | plate) +
           (1 | sample), Penicillin, intervals = TRUE),
  answer("pastes", "lme4::Pastes: casks nested in batches", strength ~ 1 + (1 | sample) +
           (1 | batch), Pastes, intervals = TRUE),
  answer("balanced", "two sources, 4 donors each, 3 passages each", y ~ source + (1 | donor),
         drawn(1, c(4, 4), 3, 1, 0.5, c(0, 1)), "source"),
  answer("two_donors", "two sources, 2 donors each, 3 passages each", y ~ source + (1 | donor),
         drawn(2, c(2, 2), 3, 1, 0.5, c(0, 1)), "source"),
  answer("three_donors", "two sources, 3 donors each, 1 to 4 passages", y ~ source + (1 | donor),
         drawn(3, c(3, 3), c(1, 4, 2, 3, 2), 0.8, 0.6, c(0, 1)), "source"),
  answer("unbalanced_covariate", "two sources, 5 and 8 donors, 1 to 5 passages, passage as covariate",
         y ~ source + passage + (1 | donor),
         drawn(4, c(5, 8), c(5, 1, 3, 2, 4), 0.8, 0.6, c(0, 1), slope = -0.3), "source",
         intervals = TRUE),
  answer("three_sources", "three sources, 20 donors, 1 to 4 passages", y ~ source + passage +
           (1 | donor),
         drawn(5, c(9, 7, 4), c(4, 2, 1, 3), 0.7, 0.7, c(0, 0.5, -0.4), slope = -0.2), "source"),
  answer("interaction", "three sources, the passage's slope differs by source", y ~ source *
           passage + (1 | donor),
         drawn(6, c(4, 5, 6), c(4, 3, 5), 0.7, 0.5, c(0, 0.5, -0.4), slope = -0.2), "source"),
  answer("lots_in_donors", "two sources, 7 donors with 1 to 3 lots of 3 passages", y ~ source +
           passage + (1 | lot) + (1 | donor),
         drawn(7, c(4, 3), 3, 0.9, 0.4, c(0, 1), slope = -0.2, lots = c(1, 3, 2, 2), lot_sd = 0.5),
         "source", intervals = TRUE),
  answer("paired", "three tissues of each of 6 donors, 2 passages, balanced", y ~ source + passage +
           (1 | lot) + (1 | donor), paired(8, 6, 2, 0), "source"),
  answer("paired_missing", "three tissues of each of 7 donors, 3 passages, a third missing",
         y ~ source + passage + (1 | lot) + (1 | donor), paired(9, 7, 3, 21), "source"),
  answer("one_donor_many_lots", "a source of one donor with 9 lots against one of 6 donors",
         y ~ source + (1 | donor), one_donor_many_lots, "source"),
  answer("singular", "no spread between donors: variance at zero, unbalanced", y ~ source +
           passage + (1 | donor),
         drawn(50, c(4, 4), c(4, 2, 3), 0, 0.6, c(0, 0.5), slope = -0.2), "source",
         intervals = TRUE),
  answer("singular_nested", "lots in donors, donors do not differ", y ~ source + (1 | lot) +
           (1 | donor),
         drawn(52, c(4, 3), 3, 0, 0.4, c(0, 1), lots = c(1, 3, 2, 2), lot_sd = 0.5), "source"),
  answer("barely_regular", "lots in donors, a standard deviation of donors at a thousandth",
         y ~ source + (1 | lot) + (1 | donor),
         drawn(70, c(4, 3), 3, 0, 0.4, c(0, 1), lots = c(1, 3, 2, 2), lot_sd = 0.5), "source"),
  answer("singular_both", "lots in donors, nothing but residual spread", y ~ source + (1 | lot) +
           (1 | donor),
         drawn(45, c(4, 3), 3, 0, 0.4, c(0, 1), lots = c(1, 3, 2, 2), lot_sd = 0), "source"),
  answer("near_zero", "a small spread between donors", y ~ source + (1 | donor),
         drawn(52, c(5, 6), c(4, 3, 5), 0.15, 0.6, c(0, 0.5)), "source", intervals = TRUE),
  answer("donor_dominates", "passages agree within 1 % of the spread of donors", y ~ source +
           passage + (1 | donor),
         drawn(16, c(5, 4), c(4, 2, 3), 3, 0.03, c(0, 2), slope = -0.1), "source"),
  answer("crossed_operators", "12 donors and 4 operators, crossed and unbalanced", y ~ source +
           (1 | donor) + (1 | operator), crossed(17, 0.4), "source"),
  answer("crossed_singular", "12 donors and 4 operators that do not differ", y ~ source +
           (1 | donor) + (1 | operator), crossed(31, 0), "source"),
  answer("small_unit", "values of about 1e-5", y ~ source + (1 | donor), small, "source"),
  answer("four_sources", "four sources, 60 donors, 4 passages", y ~ source + passage + (1 | donor),
         drawn(20, c(15, 15, 15, 15), 4, 0.6, 0.8, c(0, 0.3, 0.5, -0.2), slope = -0.15), "source")
)

sexes <- answer("source_by_sex", "two sources, both sexes, the sexes' difference depends on source",
                y ~ source * sex + passage + (1 | donor), with_sex, "source")
sexes$grid <- grid_of(quiet(lmerTest::lmer(y ~ source * sex + passage + (1 | donor), with_sex)),
                      "source", "sex")
cases <- c(cases, list(sexes))

cat(toJSON(cases, digits = I(13), auto_unbox = TRUE, na = "null", null = "null"), "\n", sep = "")
