#include "audit/note/add_checkpoint.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "audit/note/text.h"

namespace cairn::note {
namespace {

absl::Status NoRequest(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("not an add-checkpoint request: ", what));
}

}  // namespace

absl::StatusOr<AddCheckpointRequest> ParseAddCheckpoint(keys::ByteView body) {
  if (body.size() > kMaxAddCheckpointBytes) return NoRequest("too large");
  absl::string_view rest = keys::AsText(body);
  std::optional<absl::string_view> first = TakeLine(rest);
  if (!first || !absl::ConsumePrefix(&*first, "old ")) return NoRequest("no old size");
  const std::optional<std::uint64_t> old_size = ParseDecimal(*first);
  if (!old_size || merkle::TreeSize{*old_size} > merkle::kMaxTreeSize) {
    return NoRequest("the old size is not a decimal number below 2^63");
  }
  absl::StatusOr<std::vector<merkle::NodeHash>> proof = TakeHashes(rest);
  if (!proof.ok()) return NoRequest(proof.status().message());
  absl::StatusOr<NoteParts> parts = ParseNoteParts(keys::AsBytes(rest), RepeatedLines::kDrop);
  if (!parts.ok()) return NoRequest(parts.status().message());
  return AddCheckpointRequest{.old_size = merkle::TreeSize{*old_size},
                              .proof = *std::move(proof),
                              .note = std::string(rest)};
}

absl::StatusOr<std::string> FormatAddCheckpoint(const AddCheckpointRequest& request) {
  absl::StatusOr<std::string> hashes = HashLines(request.proof);
  if (!hashes.ok()) return hashes.status();
  std::string body = absl::StrCat("old ", ToInt(request.old_size), "\n", *hashes, request.note);
  absl::StatusOr<AddCheckpointRequest> parsed = ParseAddCheckpoint(keys::AsBytes(body));
  if (!parsed.ok()) return parsed.status();
  return body;
}

}  // namespace cairn::note
