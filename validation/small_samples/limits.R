# References of tolerance intervals, capability and control charts, by other ways than in
# stroma.stats: two-sided factors by nested integrate and uniroot over the mean and R's chi-squared
# (the package uses quadrature and halving), one-sided ones by qt with a noncentrality, order
# statistics by the binomial distribution, charts by R's filter and Reduce. Base R and jsonlite.
#
#   Rscript validation/small_samples/limits.R > validation/small_samples/limits.json

suppressPackageStartupMessages(library(jsonlite))

one_sided <- function(n, p, g)
  list(n = n, coverage = p, confidence = g,
       k = suppressWarnings(qt(g, n - 1, sqrt(n) * qnorm(p))) / sqrt(n))

# Confidence of k: over the mean, the chance that k s reaches the half-width that holds the share.
two_sided_confidence <- function(k, n, p) {
  reach <- function(x) sapply(x, function(u) sqrt(qchisq(p, 1, ncp = u^2)))
  inner <- function(x)
    pchisq((n - 1) * (reach(x) / k)^2, n - 1, lower.tail = FALSE) * dnorm(x, 0, 1 / sqrt(n))
  2 * integrate(inner, 0, 8.5 / sqrt(n), rel.tol = 1e-10, subdivisions = 1000)$value
}
two_sided <- function(n, p, g)
  list(n = n, coverage = p, confidence = g,
       k = uniroot(function(k) two_sided_confidence(k, n, p) - g, c(0.5, 100), tol = 1e-10)$root,
       howe = qnorm((1 + p) / 2) * sqrt((n - 1) * (1 + 1 / n) / qchisq(1 - g, n - 1)))

# An order statistic is above a quantile when enough values are below it: a binomial count.
ranks <- function(n, r, s, p)
  list(n = n, r = r, s = s, coverage = p, confidence = pbinom(s - r - 1, n, p))
needed <- function(p, g) {
  one <- 1; while (1 - p^one < g) one <- one + 1
  two <- 2; while (pbinom(two - 2, two, p) < g) two <- two + 1
  list(coverage = p, confidence = g, one = one, two = two)
}

set.seed(20260101)
times <- round(exp(rnorm(12, 3.6, 0.2)), 1)
shares <- round(100 * plogis(rnorm(12, 3.2, 0.5)), 1)
lots <- round(rnorm(25, 50, 4), 2)

transformed <- function(x, f, back, p, g) {
  k <- two_sided(length(x), p, g)$k
  y <- f(x)
  list(values = x, coverage = p, confidence = g, low = back(mean(y) - k * sd(y)),
       high = back(mean(y) + k * sd(y)))
}

capability <- function(x, lower, upper, level) {
  n <- length(x); s <- sd(x); a <- (1 - level) / 2
  pp <- (upper - lower) / (6 * s)
  ppk <- min(mean(x) - lower, upper - mean(x)) / (3 * s)
  z <- qnorm(1 - a)
  within <- mean(abs(diff(x))) / (2 / sqrt(pi))
  one <- (upper - mean(x)) / (3 * s)
  root <- function(f) uniroot(f, c(-20, 60), tol = 1e-12)$root
  t <- 3 * sqrt(n) * one
  list(values = x, lower = lower, upper = upper, level = level,
       pp = pp, pp_low = pp * sqrt(qchisq(a, n - 1) / (n - 1)),
       pp_high = pp * sqrt(qchisq(1 - a, n - 1) / (n - 1)),
       ppk = ppk, ppk_low = ppk - z * sqrt(1 / (9 * n) + ppk^2 / (2 * (n - 1))),
       ppk_high = ppk + z * sqrt(1 / (9 * n) + ppk^2 / (2 * (n - 1))),
       cp = (upper - lower) / (6 * within),
       cpk = min(mean(x) - lower, upper - mean(x)) / (3 * within),
       ppu = one,
       ppu_low = root(function(nc)
         suppressWarnings(pt(t, n - 1, nc, lower.tail = FALSE)) - a) / (3 * sqrt(n)),
       ppu_high = root(function(nc) suppressWarnings(pt(t, n - 1, nc)) - a) / (3 * sqrt(n)))
}

# Degrees of freedom of the moving-range spread, from 200,000 simulated charts of twelve lots.
spread <- replicate(200000, mean(abs(diff(rnorm(12)))))
moving_range <- list(lots = 12, relative_variance = var(spread) / mean(spread)^2)

weighted <- function(x, centre, lambda)
  as.numeric(filter(lambda * x, 1 - lambda, method = "recursive", init = centre))
sums <- function(z, k) Reduce(function(c, v) max(0, c + v - k), z, 0, accumulate = TRUE)[-1]

chart <- local({
  centre <- mean(lots[1:15]); sigma <- mean(abs(diff(lots[1:15]))) / (2 / sqrt(pi))
  z <- (lots - centre) / sigma
  list(values = lots, baseline = 15, centre = centre, sigma = sigma,
       weighted = weighted(lots, centre, 0.2), above = sums(z, 0.5), below = sums(-z, 0.5))
})

groups <- list(c(4.2, 4.8, 5.1), c(5.0, 5.3, 4.7), c(4.4, 4.9, 5.5), c(5.2, 5.9, 5.6))
c4 <- sqrt(2 / 2) * gamma(3 / 2) / gamma(1)
s_bar <- mean(sapply(groups, sd))
means <- list(groups = groups, centre = mean(sapply(groups, mean)), sigma = s_bar / c4,
              half_width = 3 * s_bar / (c4 * sqrt(3)),
              deviation_high = s_bar * (1 + 3 * sqrt(1 - c4^2) / c4))

cat(toJSON(list(
  made_with = R.version.string,
  one_sided = list(one_sided(3, 0.95, 0.95), one_sided(10, 0.9, 0.95), one_sided(43, 0.9, 0.99),
                   one_sided(25, 0.99, 0.9)),
  two_sided = list(two_sided(3, 0.95, 0.95), two_sided(6, 0.9, 0.99), two_sided(10, 0.95, 0.95),
                   two_sided(43, 0.9, 0.99), two_sided(100, 0.99, 0.9)),
  ranks = list(ranks(20, 1, 20, 0.9), ranks(93, 1, 93, 0.95), ranks(59, 0, 59, 0.95),
               ranks(120, 2, 119, 0.9)),
  needed = list(needed(0.95, 0.95), needed(0.9, 0.95), needed(0.99, 0.95), needed(0.9, 0.9)),
  log = transformed(times, log, exp, 0.95, 0.95),
  logit = transformed(shares, function(x) qlogis(x / 100), function(y) 100 * plogis(y), 0.9, 0.9),
  capability = capability(lots, 38, 61, 0.95), moving_range = moving_range,
  chart = chart, means = means
), auto_unbox = TRUE, digits = I(15), pretty = TRUE), "\n")
