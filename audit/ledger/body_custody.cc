#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "audit/ledger/bodies.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/limits.h"
#include "audit/ledger/said.h"

namespace cairn::ledger {
namespace {

v1::ProgressObject ProgressOf(Step& step, absl::string_view digest) {
  return step.Get<v1::ProgressObject>(ProgressKey(step.handover(), keys::AsBytes(digest)))
      .value_or(v1::ProgressObject());
}

void PutProgress(Step& step, absl::string_view digest, const v1::ProgressObject& progress) {
  step.Put(ProgressKey(step.handover(), keys::AsBytes(digest)), progress);
}

// The entry of this party, or null.
template <typename List>
auto* OfParty(List* list, absl::string_view party) {
  const auto found = std::find_if(list->begin(), list->end(),
                                  [&](const auto& entry) { return entry.party() == party; });
  return found == list->end() ? nullptr : &*found;
}

Objection AlreadyDone(const std::string& path, absl::string_view what, std::uint64_t leaf) {
  return Object(v1::REFUSAL_REASON_WRONG_STATE, path,
                absl::StrCat("This party has ", what, " at leaf ", leaf, "."),
                "Nothing is left to do here.");
}

Objection Differs(const std::string& path, absl::string_view what) {
  return Object(v1::REFUSAL_REASON_FIELD, path,
                absl::StrCat("The ", what, " is not the one of the submission."),
                "Compare the file that you hold with the submission; acknowledge only what you "
                "hold, byte for byte.");
}

// A receipt repeats what it is for, so that it can be read alone.
Verdict CheckRepeated(const v1::Acknowledge& body, const v1::SubmitPackage& submission) {
  if (body.size() != submission.size()) return Differs("acknowledge.size", "size");
  if (body.record_root() != submission.record_root()) {
    return Differs("acknowledge.record_root", "record root");
  }
  if (body.persons_digest().empty()) {
    if (body.persons_size() == 0) return std::nullopt;
    return Differs("acknowledge.persons_size", "size of the persons' file");
  }
  if (body.persons_digest() != submission.persons_digest()) {
    return Differs("acknowledge.persons_digest", "digest of the persons' file");
  }
  if (body.persons_size() != submission.persons_size()) {
    return Differs("acknowledge.persons_size", "size of the persons' file");
  }
  return std::nullopt;
}

// A second receipt may only add the persons' file.
Verdict TakeCustody(Step& step, const v1::Acknowledge& body, v1::ProgressObject& progress) {
  if (!body.mismatches().empty()) {
    return FieldObjection("acknowledge.mismatches",
                          {"a receipt for bytes says nothing about content",
                           "Say what does not match when you have opened the package (OPENED)."});
  }
  const bool persons = !body.persons_digest().empty();
  if (auto* before = OfParty(progress.mutable_custody(), step.actor())) {
    if (before->persons() || !persons) {
      return AlreadyDone("acknowledge.kind", "acknowledged it", before->leaf());
    }
    before->set_persons(true);
    return std::nullopt;
  }
  v1::Custody& custody = *progress.add_custody();
  custody.set_party(step.actor());
  custody.set_leaf(step.leaf());
  custody.set_persons(persons);
  return std::nullopt;
}

// What did not open may open later; what opened and matched stays so.
Verdict ReportOpening(Step& step, const v1::Acknowledge& body, v1::ProgressObject& progress) {
  if (MaybeComplaint complaint = CheckAscendingEnums(body.mismatches(), 0)) {
    return FieldObjection("acknowledge.mismatches", *complaint);
  }
  if (OfParty(progress.mutable_custody(), step.actor()) == nullptr) {
    return Object(v1::REFUSAL_REASON_WRONG_STATE, "acknowledge.kind",
                  "The party has not acknowledged yet that it holds these bytes.",
                  "Acknowledge custody first, then open, then say what was found.");
  }
  auto* opening = OfParty(progress.mutable_openings(), step.actor());
  if (opening != nullptr && opening->mismatches().empty()) {
    return AlreadyDone("acknowledge.kind", "opened it and found that it matches", opening->leaf());
  }
  if (opening == nullptr) opening = progress.add_openings();
  opening->set_party(step.actor());
  opening->set_leaf(step.leaf());
  opening->set_persons(!body.persons_digest().empty());
  *opening->mutable_mismatches() = body.mismatches();
  return std::nullopt;
}

// The three positions on content, which differ in their fields and in nothing else.
struct Position {
  v1::PositionKind kind;
  const std::string& package;
  const std::string& assessment;
  const google::protobuf::RepeatedField<int>* reasons;
  const v1::AnnexRef* text;
  std::string body;  // "reserve"
};

Verdict CheckPosition(Step& step, const Position& position, v1::ProgressObject& progress) {
  v1::PackageObject package;
  if (Verdict no =
          FindPackage(step, position.package, absl::StrCat(position.body, ".package"), package)) {
    return no;
  }
  progress = ProgressOf(step, position.package);
  const auto* opening = OfParty(progress.mutable_openings(), step.actor());
  if (opening == nullptr && package.author() != step.actor()) {
    return Object(v1::REFUSAL_REASON_WRONG_STATE, absl::StrCat(position.body, ".package"),
                  "The party has not said yet that it opened this package.",
                  "Acknowledge custody, open, and log what was found (OPENED) first.");
  }
  if (opening != nullptr && !opening->mismatches().empty() &&
      position.kind == v1::POSITION_KIND_ACCEPTED) {
    return Object(v1::REFUSAL_REASON_WRONG_STATE, absl::StrCat(position.body, ".package"),
                  absl::StrCat("The party said at leaf ", opening->leaf(),
                               " that the package does not match its commitments."),
                  "Reserve or reject it, or log a new opening that matches.");
  }
  if (!position.assessment.empty()) {
    const auto assessment = step.Get<v1::AssessmentObject>(
        AssessmentKey(step.handover(), keys::AsBytes(position.assessment)));
    const bool covers =
        assessment.has_value() &&
        std::find(assessment->assess().packages().begin(), assessment->assess().packages().end(),
                  position.package) != assessment->assess().packages().end();
    if (!covers) {
      return Object(v1::REFUSAL_REASON_UNKNOWN_REFERENCE,
                    absl::StrCat(position.body, ".assessment"),
                    absl::StrCat("No assessment ", Short(position.assessment),
                                 " of this handover covers the package."),
                    "Give the id of an Assess statement that names it, or none.");
    }
  }
  if (position.reasons != nullptr) {
    if (MaybeComplaint complaint = CheckAscendingEnums(*position.reasons, 1)) {
      return FieldObjection(absl::StrCat(position.body, ".reasons"), *complaint);
    }
  }
  if (position.text != nullptr) {
    if (MaybeComplaint complaint = CheckAnnex(*position.text)) {
      return FieldObjection(absl::StrCat(position.body, ".text"), *complaint);
    }
  }
  return std::nullopt;
}

Verdict TakePosition(Step& step, const Position& position) {
  v1::ProgressObject progress;
  if (Verdict no = CheckPosition(step, position, progress)) return no;
  auto* entry = OfParty(progress.mutable_positions(), step.actor());
  const std::uint64_t earlier = entry == nullptr ? 0 : entry->earlier() + 1;
  if (entry == nullptr) entry = progress.add_positions();
  entry->Clear();
  entry->set_party(step.actor());
  entry->set_leaf(step.leaf());
  entry->set_kind(position.kind);
  if (position.reasons != nullptr) *entry->mutable_reasons() = *position.reasons;
  entry->set_assessment(position.assessment);
  entry->set_earlier(earlier);
  PutProgress(step, position.package, progress);
  return std::nullopt;
}

}  // namespace

Verdict FoldTranscribe(Step& step) {
  const v1::Transcribe& body = step.statement().transcribe();
  v1::PackageObject package;
  if (Verdict no = FindPackage(step, body.package(), "transcribe.package", package)) return no;
  if (MaybeComplaint complaint = CheckDigest(body.scan_commitment())) {
    return FieldObjection("transcribe.scan_commitment", *complaint);
  }
  if (MaybeComplaint complaint = CheckDigest(body.record_commitment())) {
    return FieldObjection("transcribe.record_commitment", *complaint);
  }
  if (MaybeComplaint complaint = CheckChosen(body.kind())) {
    return FieldObjection("transcribe.kind", *complaint);
  }
  if (MaybeComplaint complaint = CheckAnnex(body.record())) {
    return FieldObjection("transcribe.record", *complaint);
  }
  v1::ProgressObject progress = ProgressOf(step, body.package());
  v1::TranscriptionCount* count = nullptr;
  for (v1::TranscriptionCount& known : *progress.mutable_transcriptions()) {
    if (known.party() == step.actor() && known.kind() == body.kind()) count = &known;
  }
  if (count == nullptr) count = progress.add_transcriptions();
  count->set_party(step.actor());
  count->set_kind(body.kind());
  count->set_count(count->count() + 1);
  PutProgress(step, body.package(), progress);
  PutSaid(step);
  return std::nullopt;
}

Verdict FoldTransmit(Step& step) {
  const v1::Transmit& body = step.statement().transmit();
  if (MaybeComplaint complaint = CheckChosen(body.kind())) {
    return FieldObjection("transmit.kind", *complaint);
  }
  if (MaybeComplaint complaint = CheckAscendingDigests(body.packages(), 1, kMaxPackagesNamed)) {
    return FieldObjection("transmit.packages", *complaint);
  }
  if (body.has_act()) {
    if (MaybeComplaint complaint = CheckAnnex(body.act())) {
      return FieldObjection("transmit.act", *complaint);
    }
  }
  for (int i = 0; i < body.packages_size(); ++i) {
    const std::string path = absl::StrCat("transmit.packages[", i, "]");
    v1::PackageObject package;
    if (Verdict no = FindPackage(step, body.packages(i), path, package)) return no;
    const v1::ProgressObject progress = ProgressOf(step, body.packages(i));
    for (const v1::Transfer& done : progress.transfers()) {
      if (done.mediator() != step.actor() || done.kind() != body.kind()) continue;
      return AlreadyDone(
          path, body.kind() == v1::TRANSMIT_KIND_TOOK_OVER ? "taken it over" : "passed it on",
          done.leaf());
    }
  }
  for (const std::string& digest : body.packages()) {
    v1::ProgressObject progress = ProgressOf(step, digest);
    v1::Transfer& transfer = *progress.add_transfers();
    transfer.set_mediator(step.actor());
    transfer.set_kind(body.kind());
    transfer.set_leaf(step.leaf());
    transfer.set_has_act(body.has_act());
    PutProgress(step, digest, progress);
  }
  PutSaid(step);
  return std::nullopt;
}

Verdict FoldAcknowledge(Step& step) {
  const v1::Acknowledge& body = step.statement().acknowledge();
  if (MaybeComplaint complaint = CheckChosen(body.kind())) {
    return FieldObjection("acknowledge.kind", *complaint);
  }
  v1::PackageObject package;
  if (Verdict no = FindPackage(step, body.package(), "acknowledge.package", package)) return no;
  if (Verdict no = CheckRepeated(body, package.submission())) return no;
  v1::ProgressObject progress = ProgressOf(step, body.package());
  Verdict no = body.kind() == v1::ACKNOWLEDGE_KIND_CUSTODY ? TakeCustody(step, body, progress)
                                                           : ReportOpening(step, body, progress);
  if (no.has_value()) return no;
  PutProgress(step, body.package(), progress);
  PutSaid(step);
  return std::nullopt;
}

Verdict FoldAcceptContent(Step& step) {
  const v1::AcceptContent& body = step.statement().accept_content();
  return TakePosition(step, {.kind = v1::POSITION_KIND_ACCEPTED,
                             .package = body.package(),
                             .assessment = body.assessment(),
                             .reasons = nullptr,
                             .text = nullptr,
                             .body = "accept_content"});
}

Verdict FoldReserve(Step& step) {
  const v1::Reserve& body = step.statement().reserve();
  return TakePosition(step, {.kind = v1::POSITION_KIND_RESERVED,
                             .package = body.package(),
                             .assessment = body.assessment(),
                             .reasons = &body.reasons(),
                             .text = body.has_text() ? &body.text() : nullptr,
                             .body = "reserve"});
}

Verdict FoldReject(Step& step) {
  const v1::Reject& body = step.statement().reject();
  return TakePosition(step, {.kind = v1::POSITION_KIND_REJECTED,
                             .package = body.package(),
                             .assessment = body.assessment(),
                             .reasons = &body.reasons(),
                             .text = body.has_text() ? &body.text() : nullptr,
                             .body = "reject"});
}

}  // namespace cairn::ledger
