#include "audit/completeness/exact_math.h"

#include <array>
#include <cmath>
#include <cstddef>

namespace cairn::completeness {
namespace {

// pi/2 in three parts: the first two have 33 bits each, so that their products with a small integer
// are exact.
constexpr double kHalfPiHigh = 1.57079632673412561417e+00;
constexpr double kHalfPiMiddle = 6.07710050630396597660e-11;
constexpr double kHalfPiLow = 2.02226624879595063154e-21;
constexpr double kLn2High = 6.93147180369123816490e-01;
constexpr double kLn2Low = 1.90821492927058770002e-10;
constexpr double kLargestAngle = 1000.0;
constexpr double kLargestExponent = 50.0;

// Taylor sums by Horner's rule; the number of terms leaves less than 1e-17 at the end of the range.
double SineKernel(double r) {
  const double z = r * r;
  double sum = 0.0;
  for (int n = 19; n >= 3; n -= 2) sum = (1.0 + sum) * (-z / (static_cast<double>(n) * (n - 1)));
  return r + r * sum;
}

double CosineKernel(double r) {
  const double z = r * r;
  double sum = 0.0;
  for (int n = 20; n >= 2; n -= 2) sum = (1.0 + sum) * (-z / (static_cast<double>(n) * (n - 1)));
  return 1.0 + sum;
}

struct Reduced {
  double rest;  // In [-pi/4, pi/4] and a little.
  int quarter;  // 0 to 3.
};

Reduced ReduceAngle(double x) {
  const double turns = std::floor(x / (kHalfPiHigh + kHalfPiMiddle) + 0.5);
  const double rest = ((x - turns * kHalfPiHigh) - turns * kHalfPiMiddle) - turns * kHalfPiLow;
  return {rest, static_cast<int>(static_cast<std::int64_t>(turns) & 3)};
}

// sum of z^k / (2k + 1), k from 0.
double OddReciprocalSum(double z, int last) {
  double sum = 0.0;
  for (int n = last; n >= 1; n -= 2) sum = sum * z + 1.0 / n;
  return sum;
}

}  // namespace

double Sqrt(double x) { return x > 0.0 ? std::sqrt(x) : 0.0; }

double Sin(double x) {
  if (!(std::fabs(x) <= kLargestAngle)) return 0.0;
  const Reduced r = ReduceAngle(x);
  const double value = (r.quarter & 1) != 0 ? CosineKernel(r.rest) : SineKernel(r.rest);
  return r.quarter >= 2 ? -value : value;
}

double Cos(double x) {
  if (!(std::fabs(x) <= kLargestAngle)) return 1.0;
  const Reduced r = ReduceAngle(x);
  const double value = (r.quarter & 1) != 0 ? SineKernel(r.rest) : CosineKernel(r.rest);
  return r.quarter == 1 || r.quarter == 2 ? -value : value;
}

double Atan(double x) {
  if (x < 0.0) return -Atan(-x);
  if (x > 1.0) return kPi / 2 - Atan(1.0 / x);
  constexpr double kRoot3 = 1.73205080756887729353;
  constexpr double kTan15 = 0.26794919243112270647;
  double base = 0.0;
  double t = x;
  if (x > kTan15) {  // atan(x) = 30 degrees + atan of what is left.
    base = kPi / 6;
    t = (kRoot3 * x - 1.0) / (kRoot3 + x);
  }
  return base + t * OddReciprocalSum(-t * t, 29);
}

double Atan2(double y, double x) {
  if (x == 0.0 && y == 0.0) return 0.0;
  if (std::fabs(y) > std::fabs(x)) {
    const double rest = Atan(x / y);
    return y > 0.0 ? kPi / 2 - rest : -kPi / 2 - rest;
  }
  const double value = Atan(y / x);
  if (x > 0.0) return value;
  return y >= 0.0 ? value + kPi : value - kPi;
}

double Exp(double x) {
  if (x > kLargestExponent) x = kLargestExponent;
  if (!(x >= -kLargestExponent)) x = -kLargestExponent;
  const double k = std::floor(x / (kLn2High + kLn2Low) + 0.5);
  const double r = (x - k * kLn2High) - k * kLn2Low;
  double sum = 1.0;
  for (int n = 15; n >= 1; --n) sum = 1.0 + sum * (r / n);
  return std::ldexp(sum, static_cast<int>(k));
}

double Log(double x) {
  int exponent = 0;
  double m = std::frexp(x, &exponent);  // [0.5, 1), exact.
  constexpr double kRootHalf = 0.70710678118654752440;
  if (m < kRootHalf) {
    m *= 2.0;
    --exponent;
  }
  const double s = (m - 1.0) / (m + 1.0);
  const double value = 2.0 * s * OddReciprocalSum(s * s, 23);
  return static_cast<double>(exponent) * kLn2High +
         (static_cast<double>(exponent) * kLn2Low + value);
}

double Sinh(double x) {
  if (std::fabs(x) < 0.5) {  // The difference of exponentials would lose digits.
    const double z = x * x;
    double sum = 0.0;
    for (int n = 17; n >= 3; n -= 2) sum = (1.0 + sum) * (z / (static_cast<double>(n) * (n - 1)));
    return x + x * sum;
  }
  const double e = Exp(x);
  return 0.5 * (e - 1.0 / e);
}

double Cosh(double x) {
  const double e = Exp(x);
  return 0.5 * (e + 1.0 / e);
}

double Atanh(double x) {
  constexpr double kBelowOne = 1.0 - 1.1102230246251565e-16;
  if (x > kBelowOne) x = kBelowOne;
  if (x < -kBelowOne) x = -kBelowOne;
  if (std::fabs(x) < 0.2) return x * OddReciprocalSum(x * x, 25);
  return 0.5 * Log((1.0 + x) / (1.0 - x));
}

std::int64_t RoundToInteger(double x) {
  constexpr double kLimit = 9.0e18;
  if (!(x > -kLimit)) return static_cast<std::int64_t>(-kLimit);
  if (x > kLimit) return static_cast<std::int64_t>(kLimit);
  return static_cast<std::int64_t>(x < 0.0 ? -std::floor(-x + 0.5) : std::floor(x + 0.5));
}

std::int64_t IntegerRoot(std::int64_t x) {
  if (x <= 0) return 0;
  auto r = static_cast<std::int64_t>(std::sqrt(static_cast<double>(x)));
  while (r > 3'037'000'499 || r * r > x) --r;
  while (r < 3'037'000'499 && (r + 1) * (r + 1) <= x) ++r;
  return r;
}

std::int64_t DivideRounded(std::int64_t a, std::int64_t b) {
  const std::int64_t half = b / 2;
  return a >= 0 ? (a + half) / b : -((-a + half) / b);
}

}  // namespace cairn::completeness
