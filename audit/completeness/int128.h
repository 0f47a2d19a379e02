// Products of two 64-bit numbers, for comparisons that must neither round nor overflow.
#ifndef CAIRN_AUDIT_COMPLETENESS_INT128_H_
#define CAIRN_AUDIT_COMPLETENESS_INT128_H_

#include <cstdint>

namespace cairn::completeness {

__extension__ using Int128 = __int128;

// Whether `found` lies within so many per mille of `expected`.
inline bool WithinPerMille(Int128 found, Int128 expected, std::int64_t per_mille) {
  const Int128 difference = found > expected ? found - expected : expected - found;
  return difference * 1000 <= (expected < 0 ? -expected : expected) * per_mille;
}

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_INT128_H_
