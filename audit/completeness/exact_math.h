// Elementary functions that give the same bits on every machine: fixed sequences of IEEE 754
// additions, multiplications, divisions and square roots in double. Those of the C library change
// with the processor. Error below 1e-14 of the result (of the angle, for reductions); sameness is
// what matters, not correct rounding. Compiled with -ffp-contract=off.
//
// All functions are pure and total over finite arguments; none reads or sets the rounding mode.
#ifndef CAIRN_AUDIT_COMPLETENESS_EXACT_MATH_H_
#define CAIRN_AUDIT_COMPLETENESS_EXACT_MATH_H_

#include <cstdint>

namespace cairn::completeness {

inline constexpr double kPi = 3.14159265358979323846;
inline constexpr double kRadiansPerDegree = kPi / 180.0;

double Sin(double x);  // |x| up to 1000; beyond, 0: no angle of ours is.
double Cos(double x);  // Likewise, 1.
double Atan(double x);
double Atan2(double y, double x);  // (-pi, pi]; Atan2(0, 0) is 0.
double Exp(double x);              // |x| up to 50; beyond, as at the limit.
double Log(double x);              // REQUIRES: x > 0.
double Sinh(double x);
double Cosh(double x);
double Atanh(double x);  // |x| < 1; beyond, as at 1 - 2^-53.
double Sqrt(double x);   // Correctly rounded (IEEE 754); negative gives 0.

// Nearest integer, halves away from zero. Beyond +-9e18, the limit.
std::int64_t RoundToInteger(double x);

// Largest r with r * r <= x, for x >= 0; else 0.
std::int64_t IntegerRoot(std::int64_t x);

// a / b, halves away from zero. REQUIRES: b > 0.
std::int64_t DivideRounded(std::int64_t a, std::int64_t b);

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_EXACT_MATH_H_
