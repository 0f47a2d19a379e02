// Annex digests: how a leaf names a text, list, place or report that is kept apart and may be
// erased one day.
//
//   SHA-256("cairn/annex/v1" || 32-byte salt || bytes)
//
// Without the salt nobody can test guesses of the bytes against the digest. Pure.
#ifndef CAIRN_AUDIT_STATEMENT_ANNEX_H_
#define CAIRN_AUDIT_STATEMENT_ANNEX_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "keys/bytes.h"
#include "keys/digest.h"

namespace cairn::statement {

inline constexpr absl::string_view kAnnexDomain = "cairn/annex/v1";
inline constexpr std::size_t kAnnexSaltBytes = 32;
inline constexpr std::uint64_t kMaxAnnexBytes = std::uint64_t{4} * 1024 * 1024 * 1024;

// kInvalidArgument: the salt is not 32 bytes, the annex is empty or larger than kMaxAnnexBytes.
absl::StatusOr<keys::Digest> AnnexDigest(keys::ByteView salt, keys::ByteView bytes);

// The same in pieces, for what is larger than memory. Not thread-safe; one digest each.
class AnnexDigestStream {
 public:
  // kInvalidArgument: the salt is not 32 bytes.
  static absl::StatusOr<AnnexDigestStream> Create(keys::ByteView salt);
  // kInvalidArgument: more than kMaxAnnexBytes in all.
  absl::Status Update(keys::ByteView bytes);
  // Ends the stream. kInvalidArgument: nothing came.
  absl::StatusOr<keys::Digest> Finish();
  std::uint64_t size() const { return size_; }

 private:
  AnnexDigestStream() = default;
  keys::Sha256Stream stream_;
  std::uint64_t size_ = 0;
};

// An annex as it is carried, domain, salt and bytes in one file: the file's SHA-256 is by
// construction the digest that stands in the leaf.
inline constexpr std::size_t kCarriedFrontBytes = kAnnexDomain.size() + kAnnexSaltBytes;
struct CarriedAnnex {
  keys::ByteView salt;
  keys::ByteView bytes;
};
// REQUIRES: a salt of kAnnexSaltBytes.
keys::Bytes JoinCarried(keys::ByteView salt, keys::ByteView bytes);
// Views into `file`. Nothing: it does not begin so, or ends before its bytes begin.
std::optional<CarriedAnnex> SplitCarried(keys::ByteView file);

}  // namespace cairn::statement

#endif  // CAIRN_AUDIT_STATEMENT_ANNEX_H_
