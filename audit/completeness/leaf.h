// How a leaf field of a record stands: the words of README.md, section 1, in code.
#ifndef CAIRN_AUDIT_COMPLETENESS_LEAF_H_
#define CAIRN_AUDIT_COMPLETENESS_LEAF_H_

#include <cstdint>
#include <optional>

#include "cairn/v1/record.pb.h"

namespace cairn::completeness {

enum class Standing {
  kGiven,     // VALUE
  kExcluded,  // NOT_APPLICABLE, where another field can exclude it
  kUnread,    // NOT_TRANSCRIBED
  kLacking,   // everything else
};

inline Standing StandingOf(v1::Presence presence, bool excludable) {
  if (presence == v1::PRESENCE_VALUE) return Standing::kGiven;
  if (presence == v1::PRESENCE_NOT_TRANSCRIBED) return Standing::kUnread;
  if (presence == v1::PRESENCE_NOT_APPLICABLE && excludable) return Standing::kExcluded;
  return Standing::kLacking;
}
inline Standing StandingOf(const v1::Leaf& leaf, bool excludable) {
  return StandingOf(leaf.presence(), excludable);
}

inline bool IsFilled(Standing standing) {
  return standing == Standing::kGiven || standing == Standing::kExcluded;
}
inline bool IsGiven(const v1::Leaf& leaf) { return leaf.presence() == v1::PRESENCE_VALUE; }
inline bool IsUnread(const v1::Leaf& leaf) {
  return leaf.presence() == v1::PRESENCE_NOT_TRANSCRIBED;
}

// Known: given, and with a normalised value.
inline bool IsKnown(const v1::Text& text) { return IsGiven(text.leaf()) && !text.value().empty(); }
inline bool IsKnown(const v1::Code& code) { return IsGiven(code.leaf()) && !code.code().empty(); }
inline bool IsKnown(const v1::Date& date) { return IsGiven(date.leaf()) && date.has_day(); }
inline bool IsKnown(const v1::Flag& flag) { return IsGiven(flag.leaf()) && flag.has_value(); }
inline bool IsKnown(const v1::Integer& number) {
  return IsGiven(number.leaf()) && number.has_value();
}
inline bool Says(const v1::Flag& flag, bool value) {
  return IsKnown(flag) && flag.value() == value;
}

// A count of pieces that sums can be made of: known and 0 to 10^12.
inline constexpr std::int64_t kLargestCount = 1'000'000'000'000;
inline std::optional<std::int64_t> CountOf(const v1::Integer& count) {
  if (!IsKnown(count) || count.value() < 0 || count.value() > kLargestCount) return std::nullopt;
  return count.value();
}

}  // namespace cairn::completeness

#endif  // CAIRN_AUDIT_COMPLETENESS_LEAF_H_
