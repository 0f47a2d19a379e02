#include "broker/witness_client.h"

#include <charconv>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "audit/merkle/proof.h"
#include "audit/note/add_checkpoint.h"
#include "audit/note/cosignature.h"
#include "audit/witness/answer.h"
#include "audit/witness/witness.h"

namespace cairn::broker {
namespace {

// Once to be told the size, once with the proof from there, and once more if the witness moved.
constexpr int kMostAttempts = 3;
constexpr std::size_t kMaxWitnessAnswer = note::kMaxNoteBytes;

// "<decimal>\n" and nothing else.
std::optional<merkle::TreeSize> ParseSize(absl::string_view body) {
  if (!absl::ConsumeSuffix(&body, "\n") || body.empty() || body.size() > 19) return std::nullopt;
  if (body.size() > 1 && body.front() == '0') return std::nullopt;
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(body.data(), body.data() + body.size(), size);
  if (error != std::errc() || end != body.data() + body.size()) return std::nullopt;
  if (merkle::TreeSize{size} > merkle::kMaxTreeSize) return std::nullopt;
  return merkle::TreeSize{size};
}

// The witness's own line among those that it answered with.
absl::StatusOr<note::SignatureLine> FindLine(const std::string& lines, const keys::Bytes& note,
                                             const keys::VerifierKey& witness) {
  const auto parsed = note::ParseSignatureLines(lines);
  if (!parsed.ok()) return parsed.status();
  const std::string text = note.substr(0, note.find("\n\n") + 1);  // Our own note: it has no more.
  for (const note::SignatureLine& line : *parsed) {
    if (line.name != witness.name() || line.key_id != witness.id()) continue;
    const auto time = note::VerifyCosignature(text, witness, keys::AsBytes(line.signature));
    if (!time.ok()) return absl::InvalidArgumentError("its cosignature does not verify");
    return line;
  }
  return absl::InvalidArgumentError("its answer has no line of its key");
}

absl::Status OfWitnessStatus(const mirror::HttpAnswer& answer) {
  const std::string text = absl::StrCat("HTTP status ", answer.status);
  if (answer.status == 403 || answer.status == 404) {
    return absl::PermissionDeniedError(
        absl::StrCat(text, ": it does not know this log, or its key"));
  }
  if (answer.status == 429 || answer.status >= 500) return absl::UnavailableError(text);
  return absl::InvalidArgumentError(text);
}

}  // namespace

WitnessClient::WitnessClient(note::Policy::Witness witness, std::string note_path,
                             std::unique_ptr<mirror::HttpSource> http)
    : witness_(std::move(witness)), note_path_(std::move(note_path)), http_(std::move(http)) {}

absl::StatusOr<std::unique_ptr<WitnessClient>> WitnessClient::Create(
    const note::Policy::Witness& witness, const std::string& origin, long timeout_ms) {
  mirror::HttpOptions options;
  options.connect_timeout_ms = timeout_ms;
  options.transfer_timeout_ms = timeout_ms;
  options.attempts = 1;
  absl::StatusOr<std::unique_ptr<mirror::HttpSource>> http =
      mirror::HttpSource::Create(witness.url, options);
  if (!http.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("witness ", witness.name, ": ", http.status().message()));
  }
  return std::unique_ptr<WitnessClient>(new WitnessClient(
      witness, absl::StrCat(witness::OriginHash(origin).Hex(), "/checkpoint"), *std::move(http)));
}

absl::StatusOr<mirror::HttpAnswer> WitnessClient::Post(const log::SignedHead& head,
                                                       const merkle::TileReader& tiles) {
  const auto proof =
      merkle::ProveConsistency(size_, head.head.size, merkle::TileSource(head.head.size, tiles));
  if (!proof.ok()) return proof.status();
  const auto body =
      note::FormatAddCheckpoint({.old_size = size_, .proof = *proof, .note = head.note});
  if (!body.ok()) return body.status();
  return http_->Post("add-checkpoint", *body, kMaxWitnessAnswer);
}

WitnessReply WitnessClient::Ask(const log::SignedHead& head, const merkle::TileReader& tiles) {
  if (size_ > head.head.size) size_ = head.head.size;
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    const auto answer = Post(head, tiles);
    if (!answer.ok()) return {.line = answer.status(), .theirs = std::nullopt};
    if (answer->status == 200) {
      auto line = FindLine(answer->body, head.note, witness_.key);
      if (line.ok()) size_ = head.head.size;
      return {.line = std::move(line), .theirs = std::nullopt};
    }
    if (answer->status == 422)
      return Suspect("it says that this tree does not contain the one before");
    if (answer->status != 409) {
      return {.line = OfWitnessStatus(*answer), .theirs = std::nullopt};
    }
    // A 409 without a size is how older witnesses say that roots differ.
    const auto size = ParseSize(answer->body);
    if (!size.has_value()) return Suspect("it says that there is a conflict, and names no size");
    if (*size > head.head.size) {
      return Suspect(absl::StrCat("it says that it has seen ", merkle::ToInt(*size), " leaves"));
    }
    if (*size == size_) break;  // Asked for exactly that.
    size_ = *size;
  }
  return {.line = absl::InvalidArgumentError("it answers 409 again and again"),
          .theirs = std::nullopt};
}

WitnessReply WitnessClient::Suspect(const std::string& why) {
  size_ = merkle::TreeSize{0};
  absl::StatusOr<keys::Bytes> note = FetchNote();
  WitnessReply reply{.line = absl::FailedPreconditionError(why), .theirs = std::nullopt};
  if (note.ok()) reply.theirs = *std::move(note);
  return reply;
}

absl::StatusOr<keys::Bytes> WitnessClient::FetchNote() {
  return http_->Fetch(note_path_, kMaxWitnessAnswer);
}

}  // namespace cairn::broker
