# The zero of a regression line with Fieller's interval, found by another way than in
# stroma.stats.slowing: by inverting the confidence band of R's predict(lm). Base R and jsonlite.
#
#   Rscript validation/slowing_growth/references.R > validation/slowing_growth/references.json

library(jsonlite)

zero <- function(x, y, level) {
  fit <- lm(y ~ x)
  value <- unname(-coef(fit)[1] / coef(fit)[2])
  bound <- function(side) function(at)
    predict(fit, data.frame(x = at), interval = "confidence", level = level)[1, side]
  span <- diff(range(x))
  # Below the zero the upper bound is positive, above it the lower one is negative.
  low <- uniroot(bound("lwr"), c(min(x) - 20 * span, value), tol = 1e-12)$root
  high <- uniroot(bound("upr"), c(value, max(x) + 1000 * span), tol = 1e-12, maxiter = 1e5)$root
  list(totals = x, rates = y, level = level, value = value, low = low, high = high,
       slope = unname(coef(fit)[2]), p_value = summary(fit)$coefficients[2, 4])
}

cases <- list(
  clean = zero(c(0, 4, 8, 12, 16), c(4.1, 2.9, 2.1, 0.9, 0.1), 0.95),
  far = zero(c(1.5, 4.4, 7.1, 9.5, 11.8, 13.9), c(0.78, 0.71, 0.66, 0.61, 0.55, 0.54), 0.95),
  scattered = zero(c(1.2, 3.9, 6.1, 8.8, 10.1, 12.5, 14.0, 15.2),
                   c(0.80, 0.62, 0.73, 0.48, 0.55, 0.33, 0.41, 0.22), 0.9)
)
cat(toJSON(cases, auto_unbox = TRUE, digits = 12, pretty = TRUE), "\n")
