#include "broker/content_gate.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "broker/limits.h"
#include "cairn/v1/statement.pb.h"

namespace cairn::broker {
namespace {

absl::StatusOr<std::optional<ledger::Objection>> CheckFile(const ContentStore& content,
                                                           const std::string& handover,
                                                           absl::string_view prefix,
                                                           const std::string& digest_bytes,
                                                           std::uint64_t size) {
  const std::string digest_field = absl::StrCat("submit_package.", prefix, "digest");
  const absl::StatusOr<keys::Digest> digest = keys::Digest::FromBytes(keys::AsBytes(digest_bytes));
  if (!digest.ok()) return digest.status();  // The fold has checked it.
  const absl::StatusOr<ContentPresence> presence = content.Presence(*digest, handover, size);
  if (!presence.ok()) return presence.status();
  if (!presence->complete) {
    const std::uint64_t chunks = (size + kChunkBytes - 1) / kChunkBytes;
    return ledger::ContentMissing(digest_field, digest->View(), presence->missing_chunks, chunks);
  }
  if (presence->size == size) return std::nullopt;
  return ledger::Objection{.reason = v1::REFUSAL_REASON_FIELD,
                           .field = absl::StrCat("submit_package.", prefix, "size"),
                           .message = absl::StrCat("The file with this digest has ", presence->size,
                                                   " bytes; the statement says ", size, "."),
                           .remedy = "State the size of the file that was uploaded."};
}

}  // namespace

absl::StatusOr<std::optional<ledger::Objection>> CheckContentIsHere(
    const ContentStore& content, const statement::VerifiedStatement& verified) {
  const v1::Statement& statement = verified.statement();
  if (!statement.has_submit_package()) return std::optional<ledger::Objection>();
  const v1::SubmitPackage& package = statement.submit_package();
  auto objection = CheckFile(content, statement.handover(), "", package.digest(), package.size());
  if (!objection.ok() || objection->has_value() || package.persons_digest().empty()) {
    return objection;
  }
  return CheckFile(content, statement.handover(), "persons_", package.persons_digest(),
                   package.persons_size());
}

}  // namespace cairn::broker
