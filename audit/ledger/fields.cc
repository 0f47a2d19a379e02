#include "audit/ledger/fields.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "audit/ledger/limits.h"
#include "audit/note/policy.h"
#include "audit/statement/annex.h"
#include "keys/digest.h"

namespace cairn::ledger {
namespace {

bool IsLetterOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// C0, DEL, and C1 as UTF-8 has it (C2 80 to C2 9F).
bool HasControlCharacter(absl::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f) return true;
    if (byte == 0xc2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xa0) {
      return true;
    }
  }
  return false;
}

bool GoesWithANumber(v1::Precision precision) {
  return precision == v1::PRECISION_EXACT || precision == v1::PRECISION_ABOUT ||
         precision == v1::PRECISION_MORE_THAN || precision == v1::PRECISION_AT_LEAST ||
         precision == v1::PRECISION_ALMOST;
}

}  // namespace

MaybeComplaint CheckHandle(absl::string_view handle) {
  const bool fits = !handle.empty() && handle.size() <= kMaxHandleBytes &&
                    IsLetterOrDigit(handle.front()) && IsLetterOrDigit(handle.back()) &&
                    std::all_of(handle.begin(), handle.end(),
                                [](char c) { return IsLetterOrDigit(c) || c == '-'; });
  if (fits) return std::nullopt;
  return Complaint{"it is no handle",
                   "A handle has 1 to 63 of the characters a-z, 0-9 and '-', and begins and ends "
                   "with a letter or digit."};
}

MaybeComplaint CheckName(absl::string_view name) {
  if (!name.empty() && name.size() <= kMaxNameBytes && !HasControlCharacter(name)) {
    return std::nullopt;
  }
  return Complaint{name.empty() ? "it is empty" : "it is no name",
                   "A name has 1 to 200 bytes of text without control characters."};
}

MaybeComplaint CheckDigest(absl::string_view bytes) {
  if (bytes.size() == keys::kDigestSize) return std::nullopt;
  return Complaint{absl::StrCat("it has ", bytes.size(), " bytes"), "It has exactly 32 bytes."};
}

MaybeComplaint CheckDigestOrEmpty(absl::string_view bytes) {
  if (bytes.empty()) return std::nullopt;
  return CheckDigest(bytes);
}

MaybeComplaint CheckAnnex(const v1::AnnexRef& annex) {
  if (annex.digest().size() == keys::kDigestSize && annex.size() > 0 &&
      annex.size() <= statement::kMaxAnnexBytes) {
    return std::nullopt;
  }
  return Complaint{"it names no annex",
                   "Give the annex's salted digest (32 bytes) and its size (1 byte to 4 GiB)."};
}

MaybeComplaint CheckChosen(int enum_value) {
  if (enum_value != 0) return std::nullopt;
  return Complaint{"it is not given", "Choose one of the values that the message has for it."};
}

MaybeComplaint CheckCount(std::uint64_t count, std::uint64_t least, std::uint64_t most) {
  if (count >= least && count <= most) return std::nullopt;
  return Complaint{absl::StrCat("it is ", count),
                   absl::StrCat("It is at least ", least, " and at most ", most, ".")};
}

MaybeComplaint CheckPolicyText(absl::string_view text) {
  if (text.size() > kMaxPolicyTextBytes) {
    return Complaint{absl::StrCat("it has ", text.size(), " bytes"),
                     absl::StrCat("A policy has at most ", kMaxPolicyTextBytes, " bytes.")};
  }
  const absl::StatusOr<note::Policy> policy = note::Policy::Parse(text);
  if (policy.ok()) return std::nullopt;
  return Complaint{absl::StrCat("it is no policy: ", policy.status().message()),
                   "Give a policy in the form of tlog-policy; without witnesses: the line "
                   "\"quorum none\"."};
}

MaybeComplaint CheckMines(const google::protobuf::RepeatedPtrField<v1::CategoryCount>& mines) {
  int last = 0;
  for (const v1::CategoryCount& count : mines) {
    if (count.category() <= last) {
      return Complaint{"its categories are not ascending, or one is there twice or unspecified",
                       "List each category once, in the order of their numbers."};
    }
    last = count.category();
    if (!GoesWithANumber(count.precision())) {
      return Complaint{"a number stands without its precision",
                       "Say of each number whether it is exact, about, more than, at least or "
                       "almost."};
    }
    if (count.mines() > kMaxCount) {
      return Complaint{absl::StrCat("a number is ", count.mines()),
                       absl::StrCat("It is at most ", kMaxCount, ".")};
    }
  }
  return std::nullopt;
}

MaybeComplaint CheckQuantity(const v1::Quantity& quantity) {
  const bool has_fraction = quantity.numerator() != 0 || quantity.denominator() != 0;
  switch (quantity.precision()) {
    case v1::PRECISION_WORDS:
      if (!has_fraction && !quantity.has_value()) return std::nullopt;
      return Complaint{"it gives a number for what was said in words only",
                       "With WORDS give no number."};
    case v1::PRECISION_FRACTION:
      if (quantity.denominator() != 0 && !quantity.has_value()) return std::nullopt;
      return Complaint{"it is no fraction",
                       "With FRACTION give numerator and denominator, the denominator not zero, "
                       "and no value."};
    default:
      if (!GoesWithANumber(quantity.precision())) {
        return Complaint{"it does not say how precise it is", "Choose a precision."};
      }
      if (quantity.has_value() && !has_fraction && quantity.value() <= kMaxCount) {
        return std::nullopt;
      }
      return Complaint{"it has no value, or a fraction beside it, or one too large",
                       absl::StrCat("Give the value alone, at most ", kMaxCount, ".")};
  }
}

MaybeComplaint CheckWithholding(const v1::Withholding& withholding) {
  if (withholding.ground() == v1::WITHHOLDING_GROUND_UNSPECIFIED ||
      withholding.end() == v1::WITHHOLDING_END_UNSPECIFIED) {
    return Complaint{"what is withheld has no ground or no end",
                     "Name the ground on which it is withheld and what ends it."};
  }
  if ((withholding.end() == v1::WITHHOLDING_END_DATE) != withholding.has_end_day()) {
    return Complaint{"its end and its end day do not go together",
                     "Give end_day exactly if the withholding ends on a date."};
  }
  return std::nullopt;
}

MaybeComplaint CheckAscendingDigests(const google::protobuf::RepeatedPtrField<std::string>& digests,
                                     std::size_t least, std::size_t most) {
  const auto count = static_cast<std::size_t>(digests.size());
  if (count < least || count > most) {
    return Complaint{absl::StrCat("it has ", count, " digests"),
                     absl::StrCat("It has at least ", least, " and at most ", most, ".")};
  }
  absl::string_view last;
  for (const std::string& digest : digests) {
    if (MaybeComplaint complaint = CheckDigest(digest)) return complaint;
    if (absl::string_view(digest) <= last) {
      return Complaint{"its digests are not in ascending order, or one is there twice",
                       "List each digest once, in ascending order of its bytes."};
    }
    last = digest;
  }
  return std::nullopt;
}

MaybeComplaint CheckSubsetInOrder(const google::protobuf::RepeatedPtrField<std::string>& handles,
                                  const std::vector<absl::string_view>& all) {
  auto from = all.begin();
  for (const std::string& handle : handles) {
    const auto place = std::find(from, all.end(), handle);
    if (place == all.end()) {
      return Complaint{
          absl::StrCat("\"", handle, "\" is not in the charter, is named twice or out of order"),
          "Name only what the charter names, each once, in the charter's order."};
    }
    from = place + 1;
  }
  return std::nullopt;
}

}  // namespace cairn::ledger
