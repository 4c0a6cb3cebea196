# References of the small-sample statistics, by other ways than in stroma.stats.
#
# Effect sizes: metafor's escalc (SMD with the exact correction, ROM) and R's noncentral t inverted
# with uniroot. Permutation tests: every assignment of combn or expand.grid, and the interval by
# halving until the brute-force p value of the shifted data passes 1 - level. Power: power.t.test
# (strict), and R's integrate for two one-sided tests. Adjusted p values: p.adjust.
#
#   Rscript validation/small_samples/references.R > validation/small_samples/references.json

suppressPackageStartupMessages({ library(metafor); library(jsonlite) })

bone <- c(31.2, 28.4, 35.9, 30.1, 33.3)
cord <- c(24.8, 27.5, 22.1, 26.0, 23.7, 29.9)
early <- c(5.1, 6.3, 7.2, 5.9, 6.6, 7.7, 5.5)
late <- c(4.0, 4.4, 5.2, 5.1, 6.8, 5.9, 4.9)

noncentrality <- function(t, df, level) {
  tail <- (1 - level) / 2
  root <- function(f) uniroot(f, c(t - 15, t + 15), tol = 1e-13)$root
  c(root(function(nc) suppressWarnings(pt(t, df, nc, lower.tail = FALSE)) - tail),
    root(function(nc) suppressWarnings(pt(t, df, nc)) - tail))
}

hedges <- function(x, y, level) {
  n <- length(x); m <- length(y)
  es <- escalc("SMD", m1i = mean(x), sd1i = sd(x), n1i = n, m2i = mean(y), sd2i = sd(y), n2i = m)
  t <- unname(t.test(x, y, var.equal = TRUE)$statistic)
  nc <- noncentrality(t, n + m - 2, level) * sqrt(1 / n + 1 / m)
  list(g = as.numeric(es$yi), d = t * sqrt(1 / n + 1 / m), low = nc[1], high = nc[2])
}

paired <- function(x, y, level) {
  n <- length(x); d <- x - y
  t <- unname(t.test(x, y, paired = TRUE)$statistic)
  nc <- noncentrality(t, n - 1, level) / sqrt(n)
  average <- sqrt((var(x) + var(y)) / 2)
  list(d_z = mean(d) / sd(d), d_z_low = nc[1], d_z_high = nc[2],
       d_av = mean(d) / average, d_av_low = nc[1] * sd(d) / average,
       d_av_high = nc[2] * sd(d) / average)
}

ratio <- function(x, y, level) {
  es <- escalc("ROM", m1i = mean(x), sd1i = sd(x), n1i = length(x), m2i = mean(y), sd2i = sd(y),
               n2i = length(y))
  s <- summary(es, level = 100 * level)
  list(value = as.numeric(es$yi), se = sqrt(as.numeric(es$vi)), low = s$ci.lb, high = s$ci.ub)
}

# p value of a shift by brute force; ties within rounding count as ties.
p_groups <- function(x, y, shift) {
  z <- c(x - shift, y); n <- length(x)
  stat <- apply(combn(length(z), n), 2, function(i) mean(z[i]) - mean(z[-i]))
  mean(abs(stat) >= abs(mean(x) - shift - mean(y)) - 1e-9)
}
p_signs <- function(d, shift) {
  d <- d - shift
  signs <- as.matrix(expand.grid(rep(list(c(1, -1)), length(d))))
  stat <- signs %*% d / length(d)
  mean(abs(stat) >= abs(mean(d)) - 1e-9)
}
bound <- function(p, inside, outside, alpha) {
  if (p(outside) > alpha) return(NA)
  for (i in 1:60) {
    middle <- (inside + outside) / 2
    if (p(middle) > alpha) inside <- middle else outside <- middle
  }
  (inside + outside) / 2
}
permuted <- function(p, estimate, alpha, far) {
  list(estimate = estimate, p = p(0), low = bound(p, estimate, estimate - far, alpha),
       high = bound(p, estimate, estimate + far, alpha))
}
groups <- function(x, y, alpha)
  c(list(first = x, second = y, alpha = alpha),
    permuted(function(shift) p_groups(x, y, shift), mean(x) - mean(y), alpha, 1000))
signs <- function(d, alpha)
  c(list(differences = d, alpha = alpha),
    permuted(function(shift) p_signs(d, shift), mean(d), alpha, 1000))

tost <- function(x, y, margin, alpha) {
  above <- t.test(x, y, mu = -margin, alternative = "greater")
  below <- t.test(x, y, mu = margin, alternative = "less")
  inner <- t.test(x, y, conf.level = 1 - 2 * alpha)
  list(estimate = mean(x) - mean(y), se = above$stderr, df = unname(above$parameter),
       margin = margin, alpha = alpha, p_above = above$p.value, p_below = below$p.value,
       low = inner$conf.int[1], high = inner$conf.int[2])
}

power_tost <- function(delta, se, df, low, high, alpha) {
  t <- qt(1 - alpha, df)
  most <- (high - low) / (2 * t * se)
  f <- function(s) {
    density <- 2 * df * s * dchisq(df * s^2, df)
    density * (pnorm((high - delta) / se - t * s) - pnorm((low - delta) / se + t * s))
  }
  list(delta = delta, se = se, df = df, low = low, high = high, alpha = alpha,
       power = integrate(f, 0, most, rel.tol = 1e-11, subdivisions = 2000)$value)
}

t_power <- function(n, delta, sd, alpha, type) {
  list(n = n, delta = delta, sd = sd, alpha = alpha, type = type,
       power = power.t.test(n = n, delta = delta, sd = sd, sig.level = alpha, type = type,
                            strict = TRUE)$power)
}
t_size <- function(delta, sd, power, type) {
  n <- power.t.test(delta = delta, sd = sd, power = power, type = type, strict = TRUE,
                    tol = 1e-8)$n
  list(delta = delta, sd = sd, power = power, type = type, n = n)
}

p <- c(0.001, 0.04, 0.03, 0.03, 0.2, 0.9, 0.012, 1, 0)

out <- list(
  made_with = R.version.string,
  groups = list(first = bone, second = cord), pairs = list(first = early, second = late),
  hedges_g = c(list(level = 0.95), hedges(bone, cord, 0.95)),
  hedges_g_three = c(list(first = bone[1:2], second = cord[1:3], level = 0.9),
                     hedges(bone[1:2], cord[1:3], 0.9)),
  paired = c(list(level = 0.95), paired(early, late, 0.95)),
  log_ratio = c(list(level = 0.95), ratio(bone, cord, 0.95)),
  permutation = list(
    groups(bone, cord, 0.05), groups(bone[1:3], cord[1:3], 0.05),
    groups(bone[1:3], cord[1:3], 0.1), groups(bone[1:4], cord[1:5], 0.1),
    groups(c(1, 2, 2, 3, 5), c(2, 3, 3, 4), 0.2)),
  sign_flips = list(signs(early - late, 0.05), signs((early - late)[1:5], 0.1),
                    signs((early - late)[1:5], 0.05)),
  tost = list(tost(bone, cord, 10, 0.05), tost(early, late, 2, 0.05), tost(bone, cord, 3, 0.025)),
  power_tost = list(
    power_tost(0, 0.2, 30, -0.6, 0.6, 0.05), power_tost(0.1, 0.3, 4, -1, 0.8, 0.05),
    power_tost(0, 1, 6, -0.5, 0.5, 0.05), power_tost(0.2, 0.05, 200, -0.25, 0.25, 0.025)),
  power_t = list(
    t_power(3, 1, 1, 0.05, "two.sample"), t_power(20, 1, 1, 0.05, "two.sample"),
    t_power(5, 0.1, 2, 0.05, "paired"), t_power(10, 1.3, 1, 0.01, "paired"),
    t_power(100, 0.5, 1, 0.05, "two.sample")),
  size_t = list(t_size(1, 1, 0.8, "two.sample"), t_size(0.2, 1, 0.9, "two.sample"),
                t_size(1, 1, 0.8, "paired")),
  p_values = p,
  adjusted = list(bonferroni = p.adjust(p, "bonferroni"), holm = p.adjust(p, "holm"),
                  benjamini_hochberg = p.adjust(p, "BH"))
)
cat(toJSON(out, auto_unbox = TRUE, digits = I(15), na = "null", pretty = TRUE), "\n")
