#include "audit/note/checkpoint.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/merkle/hash.h"
#include "audit/note/text.h"

namespace cairn::note {
namespace {

absl::Status NoCheckpoint(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("not a checkpoint: ", what));
}

// The log first, then the witnesses; each must be of the type of its role.
absl::StatusOr<std::vector<keys::VerifierKey>> TrustedKeys(
    const keys::VerifierKey& log, std::span<const keys::VerifierKey> witnesses) {
  if (log.type() != keys::NoteKeyType::kEd25519) {
    return absl::InvalidArgumentError(absl::StrCat(log.name(), " is not the key of a log"));
  }
  std::vector<keys::VerifierKey> trusted{log};
  for (const keys::VerifierKey& witness : witnesses) {
    if (witness.type() != keys::NoteKeyType::kCosignature) {
      return absl::InvalidArgumentError(absl::StrCat(witness.name(), " is not a witness's key"));
    }
    trusted.push_back(witness);
  }
  return trusted;
}

}  // namespace

absl::Status CheckOrigin(absl::string_view origin) {
  if (origin.size() > kMaxOriginBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("an origin has at most ", kMaxOriginBytes, " bytes"));
  }
  return keys::CheckKeyName(origin);
}

bool HasFittingRoot(const Checkpoint& checkpoint) {
  return checkpoint.size != merkle::TreeSize{0} || checkpoint.root == merkle::EmptyRoot();
}

absl::StatusOr<std::string> FormatCheckpoint(const Checkpoint& checkpoint) {
  if (absl::Status status = CheckOrigin(checkpoint.origin); !status.ok()) return status;
  if (checkpoint.size > merkle::kMaxTreeSize) return NoCheckpoint("a size of 2^63 or more");
  if (!HasFittingRoot(checkpoint)) return NoCheckpoint("no leaves, and not the empty root");
  return absl::StrCat(checkpoint.origin, "\n", ToInt(checkpoint.size), "\n",
                      HashText(checkpoint.root), "\n");
}

absl::StatusOr<Checkpoint> ParseCheckpoint(absl::string_view text) {
  const std::optional<absl::string_view> origin = TakeLine(text);
  const std::optional<absl::string_view> size = TakeLine(text);
  const std::optional<absl::string_view> root = TakeLine(text);
  if (!root) return NoCheckpoint("fewer than three lines");
  if (!text.empty()) return NoCheckpoint("more than three lines");
  if (absl::Status status = CheckOrigin(*origin); !status.ok()) {
    return NoCheckpoint(status.message());
  }
  const std::optional<std::uint64_t> leaves = ParseDecimal(*size);
  if (!leaves || merkle::TreeSize{*leaves} > merkle::kMaxTreeSize) {
    return NoCheckpoint("the size is not a decimal number below 2^63");
  }
  absl::StatusOr<merkle::NodeHash> hash = ParseHash(*root);
  if (!hash.ok()) return NoCheckpoint(hash.status().message());
  return Checkpoint{
      .origin = std::string(*origin), .size = merkle::TreeSize{*leaves}, .root = *hash};
}

absl::StatusOr<std::string> SignCheckpoint(const Checkpoint& checkpoint,
                                           const keys::SigningPrivateKey& key) {
  absl::StatusOr<std::string> text = FormatCheckpoint(checkpoint);
  if (!text.ok()) return text.status();
  return SignNote(*text, checkpoint.origin, key);
}

absl::StatusOr<OpenedCheckpoint> OpenCheckpoint(keys::ByteView note, const keys::VerifierKey& log,
                                                std::span<const keys::VerifierKey> witnesses) {
  absl::StatusOr<std::vector<keys::VerifierKey>> trusted = TrustedKeys(log, witnesses);
  if (!trusted.ok()) return trusted.status();
  absl::StatusOr<OpenedNote> opened = Open(note, *trusted, RepeatedLines::kRefuse);
  if (!opened.ok()) return opened.status();
  std::vector<VerifiedSignature>& signatures = opened->signatures;
  const auto by_log = std::find_if(signatures.begin(), signatures.end(),
                                   [&](const VerifiedSignature& s) { return s.key == log; });
  if (by_log == signatures.end()) {
    return absl::UnauthenticatedError(absl::StrCat("not signed by the log ", log.name()));
  }
  signatures.erase(by_log);
  absl::StatusOr<Checkpoint> checkpoint = ParseCheckpoint(opened->text);
  if (!checkpoint.ok()) return checkpoint.status();
  if (checkpoint->origin != log.name()) {
    return absl::UnauthenticatedError(
        absl::StrCat("signed by ", log.name(), ", but of the origin ", checkpoint->origin));
  }
  return OpenedCheckpoint{.checkpoint = *std::move(checkpoint),
                          .text = std::move(opened->text),
                          .log = log,
                          .cosignatures = std::move(signatures)};
}

absl::StatusOr<std::string> ClaimedOrigin(keys::ByteView note) {
  absl::StatusOr<NoteParts> parts = ParseNoteParts(note, RepeatedLines::kDrop);
  if (!parts.ok()) return parts.status();
  const absl::string_view origin = TakeLine(parts->text).value_or("");
  if (absl::Status status = CheckOrigin(origin); !status.ok()) return status;
  return std::string(origin);
}

}  // namespace cairn::note
