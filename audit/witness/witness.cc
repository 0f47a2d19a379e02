#include "audit/witness/witness.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/merkle/verify.h"
#include "audit/note/cosignature.h"

namespace cairn::witness {
namespace {

constexpr double kSecondsADay = 86'400;
// A log that was quiet may catch up with this share of its day at once.
constexpr double kBurstShare = 1.0 / 1440;
constexpr double kLeastBurst = 10;

Answer Refuse(int status, absl::string_view why) {
  return {.status = status, .body = absl::StrCat(why, "\n")};
}

Answer Conflict(merkle::TreeSize last) {
  return {
      .status = 409, .content_type = kSizeType, .body = absl::StrCat(merkle::ToInt(last), "\n")};
}

// The note with the log's line alone: what others have signed on it is theirs to keep.
absl::StatusOr<LogNote> LogNoteOf(const note::OpenedCheckpoint& opened, keys::ByteView sent) {
  const auto lines = note::ListSignatureLines(sent);
  if (!lines.ok()) return lines.status();
  for (const note::SignatureLine& line : *lines) {
    if (line.name != opened.log.name() || line.key_id != opened.log.id()) continue;
    return LogNote{.size = opened.checkpoint.size,
                   .text_digest = keys::Sha256(keys::AsBytes(opened.text)),
                   .note = absl::StrCat(opened.text, "\n", note::FormatSignatureLine(line))};
  }
  return absl::InternalError("a verified line is not in its note");
}

// Why the checkpoint does not go on from `last`; nothing if it does. `last` null: never cosigned.
std::optional<std::string> WhyNotConsistent(const note::AddCheckpointRequest& request,
                                            const note::Checkpoint& checkpoint,
                                            const Latest* last) {
  if (!note::HasFittingRoot(checkpoint)) return "the tree of no leaves has another root";
  if (request.old_size == merkle::TreeSize{0}) {
    if (request.proof.empty()) return std::nullopt;
    return "from size 0 nothing is to be proven: send no hashes";
  }
  // Not 0, so this is the size of something that was cosigned.
  const absl::Status proven = merkle::VerifyConsistency(last->size, last->root, checkpoint.size,
                                                        checkpoint.root, request.proof);
  if (proven.ok()) return std::nullopt;
  return absl::StrCat("not consistent with the checkpoint cosigned last: ", proven.message());
}

}  // namespace

keys::Digest OriginHash(absl::string_view origin) { return keys::Sha256(keys::AsBytes(origin)); }

absl::StatusOr<std::unique_ptr<Witness>> Witness::Create(Options options, log::Store& store) {
  absl::StatusOr<keys::VerifierKey> vkey = keys::VerifierKey::Create(
      options.name, keys::NoteKeyType::kCosignature, options.key->Public());
  if (!vkey.ok()) return vkey.status();
  for (const WitnessedLog& log : options.logs) {
    if (log.key.key() != vkey->key()) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "the log ", log.key.name(), " has the witness's key: a key serves one role only"));
  }
  return std::unique_ptr<Witness>(new Witness(std::move(options), *std::move(vkey), store));
}

Witness::Witness(Options options, keys::VerifierKey vkey, log::Store& store)
    : options_(std::move(options)), vkey_(std::move(vkey)), store_(store) {
  for (const WitnessedLog& log : options_.logs) {
    auto known = std::make_unique<Known>(Known{log, OriginHash(log.key.name()), {}});
    logs_by_hash_.emplace(known->origin_hash, known.get());
    logs_.emplace(log.key.name(), std::move(known));
  }
}

log::Mutex& Witness::LockOf(const Known& known) const {
  return locks_[known.origin_hash.bytes[0] % locks_.size()];
}

Answer Witness::AddCheckpoint(keys::ByteView body, note::PosixSeconds now) {
  if (failed_) return Refuse(503, "the witness has failed and is to be started again");
  const auto request = note::ParseAddCheckpoint(body);
  if (!request.ok()) return Refuse(400, request.status().message());
  const auto origin = note::ClaimedOrigin(keys::AsBytes(request->note));
  if (!origin.ok()) return Refuse(400, origin.status().message());
  const auto known = logs_.find(*origin);
  if (known == logs_.end()) return Refuse(404, "this witness does not know that log");
  return Judge(*known->second, *request, now);
}

Answer Witness::Judge(Known& known, const note::AddCheckpointRequest& request,
                      note::PosixSeconds now) {
  const keys::ByteView sent = keys::AsBytes(request.note);
  const auto opened = note::OpenCheckpoint(sent, known.log.key);
  if (!opened.ok()) {
    return Refuse(absl::IsInvalidArgument(opened.status()) ? 400 : 403, opened.status().message());
  }
  const absl::StatusOr<LogNote> log_note = LogNoteOf(*opened, sent);
  if (!log_note.ok()) return Fail(log_note.status());

  const log::MutexLock lock(LockOf(known));
  if (!Spend(known, now)) return Refuse(429, "more requests than this log may make");
  if (request.old_size > opened->checkpoint.size) {
    return Refuse(400, "the old size is larger than the checkpoint's");
  }
  Records records(store_, known.origin_hash);
  const auto last = records.ReadLatest();  // (1)
  if (!last.ok()) return Refuse(503, "what was cosigned last cannot be read");
  const merkle::TreeSize last_size = last->has_value() ? (*last)->size : merkle::TreeSize{0};
  if (request.old_size != last_size) return Conflict(last_size);
  const Latest* const latest = last->has_value() ? &**last : nullptr;
  const auto why = WhyNotConsistent(request, opened->checkpoint, latest);  // (2)
  if (why.has_value()) return Dispute(records, *log_note, *why);
  return Cosign(records, latest, *opened, *log_note, now);
}

bool Witness::Spend(Known& known, note::PosixSeconds now) {
  Allowance& allowance = known.allowance;
  const double a_day = known.log.queries_per_day;
  const double most = std::max(kLeastBurst, a_day * kBurstShare);
  const std::uint64_t now_s = note::ToInt(now);
  if (allowance.at_s == 0) allowance.left = most;
  if (now_s > allowance.at_s) {
    const double passed = static_cast<double>(now_s - allowance.at_s);
    allowance.left = std::min(most, allowance.left + passed * a_day / kSecondsADay);
    allowance.at_s = now_s;
  }
  if (allowance.left < 1) return false;
  allowance.left -= 1;
  return true;
}

Answer Witness::Cosign(Records& records, const Latest* last, const note::OpenedCheckpoint& opened,
                       const LogNote& log_note, note::PosixSeconds now) {
  const note::PosixSeconds time = last == nullptr ? now : std::max(now, last->time);
  const auto line = note::Cosign(opened.text, time, options_.name, *options_.key);  // (3)
  if (!line.ok()) return Fail(line.status());
  const std::string line_text = note::FormatSignatureLine(*line);
  const absl::Status kept = records.Advance({.size = opened.checkpoint.size,
                                             .root = opened.checkpoint.root,
                                             .time = time,
                                             .note = log_note.note + line_text},
                                            log_note);  // (4)
  if (!kept.ok()) return Fail(kept);
  return {.body = line_text};
}

Answer Witness::Dispute(Records& records, const LogNote& log_note, absl::string_view why) {
  if (absl::Status kept = records.KeepDisputed(log_note); !kept.ok()) return Fail(kept);
  return Refuse(422, why);
}

Answer Witness::Fail(const absl::Status& status) {
  failed_ = true;
  if (!options_.on_fatal) {
    std::cerr << "witness: " << status.ToString() << std::endl;
    std::abort();
  }
  options_.on_fatal(status);
  return Refuse(503, "the witness has failed and is to be started again");
}

Answer Witness::ReadCheckpoint(absl::string_view origin_hash_hex) const {
  const auto hash = keys::Digest::FromHex(origin_hash_hex);
  const auto known = hash.ok() ? logs_by_hash_.find(*hash) : logs_by_hash_.end();
  if (known == logs_by_hash_.end()) return Refuse(404, "this witness does not know that log");
  const auto latest = Records(store_, known->second->origin_hash).ReadLatest();
  if (!latest.ok()) return Refuse(503, "what was cosigned last cannot be read");
  if (!latest->has_value()) return Refuse(404, "no checkpoint of that log was cosigned yet");
  return {.body = (*latest)->note};
}

absl::StatusOr<std::vector<LogNote>> Witness::ReadDisputed(absl::string_view origin) const {
  const auto known = logs_.find(origin);
  if (known == logs_.end()) return absl::NotFoundError("this witness does not know that log");
  return Records(store_, known->second->origin_hash).ReadDisputed();
}

absl::StatusOr<std::vector<keys::Bytes>> Witness::ReadKept(absl::string_view origin,
                                                           merkle::TreeSize size) const {
  const auto known = logs_.find(origin);
  if (known == logs_.end()) return absl::NotFoundError("this witness does not know that log");
  return Records(store_, known->second->origin_hash).ReadKept(size);
}

}  // namespace cairn::witness
