#include "audit/note/proof_file.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "audit/merkle/hash.h"
#include "audit/merkle/verify.h"
#include "audit/note/text.h"
#include "keys/encoding.h"

namespace cairn::note {
namespace {

constexpr absl::string_view kProofHeader = "c2sp.org/tlog-proof@v1";

absl::Status NoProofFile(absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("not a proof file: ", what));
}

absl::Status CheckProofFileSize(std::size_t size, bool has_extra) {
  const std::size_t most = has_extra ? kMaxProofFileBytesWithExtra : kMaxProofFileBytes;
  if (size <= most) return absl::OkStatus();
  return NoProofFile(absl::StrCat("more than ", most, " bytes"));
}

absl::StatusOr<keys::Bytes> ParseExtra(absl::string_view text) {
  absl::StatusOr<keys::Bytes> extra = keys::ParseBase64(text, kMaxProofFileBytesWithExtra);
  if (!extra.ok()) return NoProofFile(absl::StrCat("extra: ", extra.status().message()));
  if (extra->empty()) return NoProofFile("extra is empty");
  return extra;
}

absl::StatusOr<merkle::LeafIndex> ParseIndex(absl::string_view text) {
  const std::optional<std::uint64_t> index = ParseDecimal(text);
  if (index && merkle::Holds(merkle::kMaxTreeSize, merkle::LeafIndex{*index})) {
    return merkle::LeafIndex{*index};
  }
  return NoProofFile("the index is not a decimal number below 2^63 - 1");
}

}  // namespace

absl::StatusOr<ProofFile> ParseProofFile(keys::ByteView file) {
  absl::Status size_status = CheckProofFileSize(file.size(), /*has_extra=*/true);
  if (!size_status.ok()) return size_status;
  absl::string_view rest = keys::AsText(file);
  if (TakeLine(rest) != kProofHeader) return NoProofFile("no header");
  std::optional<absl::string_view> line = TakeLine(rest);
  ProofFile proof;
  if (line && absl::ConsumePrefix(&*line, "extra ")) {
    absl::StatusOr<keys::Bytes> extra = ParseExtra(*line);
    if (!extra.ok()) return extra.status();
    proof.extra = *std::move(extra);
    line = TakeLine(rest);
  }
  size_status = CheckProofFileSize(file.size(), proof.extra.has_value());
  if (!size_status.ok()) return size_status;
  if (!line || !absl::ConsumePrefix(&*line, "index ")) return NoProofFile("no index");
  absl::StatusOr<merkle::LeafIndex> index = ParseIndex(*line);
  if (!index.ok()) return index.status();
  proof.index = *index;
  absl::StatusOr<std::vector<merkle::NodeHash>> path = TakeHashes(rest);
  if (!path.ok()) return NoProofFile(path.status().message());
  proof.path = *std::move(path);
  absl::StatusOr<NoteParts> parts = ParseNoteParts(keys::AsBytes(rest), RepeatedLines::kDrop);
  if (!parts.ok()) return NoProofFile(parts.status().message());
  proof.note = std::string(rest);
  return proof;
}

absl::StatusOr<std::string> FormatProofFile(const ProofFile& proof) {
  absl::StatusOr<std::string> hashes = HashLines(proof.path);
  if (!hashes.ok()) return hashes.status();
  std::string file = absl::StrCat(kProofHeader, "\n");
  if (proof.extra) {
    absl::StrAppend(&file, "extra ", keys::Base64(keys::AsBytes(*proof.extra)), "\n");
  }
  absl::StrAppend(&file, "index ", ToInt(proof.index), "\n", *hashes, proof.note);
  // A receipt lives for decades: whatever could not be read again is not written.
  absl::StatusOr<ProofFile> parsed = ParseProofFile(keys::AsBytes(file));
  if (!parsed.ok()) return parsed.status();
  return file;
}

// --- Judging
// ---------------------------------------------------------------------------------------

namespace {

absl::Status NotReached(absl::string_view step) {
  return absl::FailedPreconditionError(absl::StrCat("not checked, because ", step, " failed"));
}

// Opens the note under the logs of the policy that have its origin. Several may: a note that one of
// them has signed badly is refused even if another has signed it well.
absl::StatusOr<OpenedCheckpoint> OpenUnderPolicy(absl::string_view note, const Policy& policy) {
  absl::StatusOr<std::string> origin = ClaimedOrigin(keys::AsBytes(note));
  if (!origin.ok()) return origin.status();
  const std::vector<keys::VerifierKey> witnesses = policy.WitnessKeys();
  absl::StatusOr<OpenedCheckpoint> result =
      absl::UnauthenticatedError(absl::StrCat("the policy lists no log ", *origin));
  for (const Policy::Log& log : policy.logs()) {
    if (log.key.name() != *origin) continue;
    absl::StatusOr<OpenedCheckpoint> opened =
        OpenCheckpoint(keys::AsBytes(note), log.key, witnesses);
    if (!opened.ok() && !absl::IsUnauthenticated(opened.status())) return opened.status();
    if (opened.ok() || !result.ok()) result = std::move(opened);
  }
  return result;
}

absl::Status CheckQuorum(const OpenedCheckpoint& opened, const Policy& policy) {
  if (policy.IsSatisfiedBy(opened.cosignatures)) return absl::OkStatus();
  std::vector<std::string> names;
  for (const VerifiedSignature& s : opened.cosignatures) names.push_back(policy.WitnessName(s.key));
  return absl::UnauthenticatedError(
      absl::StrCat("the quorum ", policy.quorum(), " is not reached: cosigned by ",
                   names.empty() ? "no witness of the policy" : absl::StrJoin(names, ", ")));
}

}  // namespace

absl::Status ProofReport::Overall() const {
  for (const absl::Status* step : {&form, &log_signature, &quorum, &inclusion}) {
    if (!step->ok()) return *step;
  }
  return absl::OkStatus();
}

ProofReport ExamineProofFile(keys::ByteView entry, keys::ByteView file, const Policy& policy) {
  ProofReport report;
  report.leaf = merkle::HashLeaf(entry);
  const absl::StatusOr<ProofFile> proof = ParseProofFile(file);
  if (!proof.ok()) {
    report.form = proof.status();
    report.log_signature = report.quorum = report.inclusion = NotReached("reading the file");
    return report;
  }
  report.index = proof->index;
  absl::StatusOr<OpenedCheckpoint> opened = OpenUnderPolicy(proof->note, policy);
  if (!opened.ok()) {
    report.log_signature = opened.status();
    report.quorum = report.inclusion = NotReached("the log's signature");
    return report;
  }
  report.opened = *std::move(opened);
  report.quorum = CheckQuorum(*report.opened, policy);
  const Checkpoint& checkpoint = report.opened->checkpoint;
  report.inclusion = merkle::VerifyInclusion(report.leaf, proof->index, checkpoint.size,
                                             proof->path, checkpoint.root);
  return report;
}

absl::StatusOr<VerifiedEntry> VerifyProofFile(keys::ByteView entry, keys::ByteView file,
                                              const Policy& policy) {
  ProofReport report = ExamineProofFile(entry, file, policy);
  if (absl::Status status = report.Overall(); !status.ok()) return status;
  return VerifiedEntry{
      .leaf = report.leaf, .index = report.index, .opened = *std::move(report.opened)};
}

}  // namespace cairn::note
