#include "broker/assessor.h"

#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/completeness/rule_set.h"
#include "audit/ledger/handover_view.h"
#include "audit/ledger/keys.h"
#include "audit/ledger/read.h"
#include "audit/ledger/replay.h"
#include "audit/statement/canonical.h"
#include "broker/assess_worker.h"
#include "broker/logging.h"
#include "broker/predecessor.h"
#include "keys/key_id.h"

namespace cairn::broker {
namespace {

constexpr std::uint64_t kReplayBatch = 4096;

// What names the inputs of an assessment in the state (state.proto, ComparisonObject).
keys::Bytes InputsOf(const v1::Assess& assess) {
  v1::Assess inputs;
  *inputs.mutable_rule_set() = assess.rule_set();
  inputs.set_check_semantics(assess.check_semantics());
  *inputs.mutable_packages() = assess.packages();
  inputs.set_at_size(assess.at_size());
  return keys::Sha256(keys::AsBytes(statement::SerializeTrusted(inputs))).ToBytes();
}

// The state of the first `size` leaves, folded again from the entries.
absl::Status ReplayTo(const log::Reader& reader, std::uint64_t size, ledger::Replay& replay) {
  for (std::uint64_t next = 0; next < size;) {
    absl::Status status;
    absl::Status read =
        reader.ReadEntries(merkle::LeafIndex{next}, std::min(kReplayBatch, size - next),
                           [&](merkle::LeafIndex, keys::ByteView entry) {
                             status = replay.Step(entry).status();
                             ++next;
                             return status.ok();
                           });
    if (!read.ok()) return read;
    if (!status.ok()) return status;
  }
  return absl::OkStatus();
}

}  // namespace

Assessor::Assessor(AssessorOptions options, log::Store& store, const ContentStore& content,
                   OperatorVoice& voice, Metrics& metrics, const keys::SecretBytes& passphrase)
    : options_(std::move(options)),
      store_(store),
      content_(content),
      voice_(voice),
      metrics_(metrics),
      passphrase_(passphrase) {}

void Assessor::Start() {
  const auto all = ledger::ListHandovers(store_);
  if (all.ok()) {
    log::MutexLock lock(mutex_);
    for (const statement::StatementId& id : *all) touched_.insert(id.ToBytes());
  }
  thread_ = std::thread([this] { Run(); });
}

Assessor::~Assessor() { Stop(); }

void Assessor::Touch(const keys::Bytes& handover) {
  log::MutexLock lock(mutex_);
  touched_.insert(handover);
}

void Assessor::Wake() {
  {
    log::MutexLock lock(mutex_);
    if (touched_.empty()) return;
    awake_ = true;
  }
  wake_.NotifyAll();
}

void Assessor::Stop() {
  {
    log::MutexLock lock(mutex_);
    stopping_ = true;
  }
  wake_.NotifyAll();
  if (thread_.joinable()) thread_.join();
}

void Assessor::Run() {
  for (;;) {
    std::set<keys::Bytes> touched;
    {
      log::MutexLock lock(mutex_);
      while (!awake_ && !stopping_) wake_.Wait(mutex_);
      if (stopping_) return;
      awake_ = false;
      touched.swap(touched_);
    }
    for (const keys::Bytes& handover : touched) LookAt(handover);
  }
}

absl::StatusOr<bool> Assessor::IsOurs(const keys::Bytes& handover) const {
  const auto charter = ledger::ReadCharter(store_, keys::AsBytes(handover));
  if (!charter.ok() || !charter->has_value()) return charter.status();
  const v1::Charter& terms = (*charter)->charter();
  bool recipient = false;
  for (const v1::Recipient& one : terms.recipients()) {
    recipient |= one.party() == options_.operator_party;
  }
  return recipient && ledger::HasRole(terms, options_.operator_party, v1::CHARTER_ROLE_ASSESSOR);
}

absl::StatusOr<bool> Assessor::HasOurReport(const keys::Bytes& handover,
                                            const keys::Bytes& inputs) const {
  const auto bytes =
      store_.Get(ledger::ComparisonKey(keys::AsBytes(handover), keys::AsBytes(inputs)));
  if (!bytes.ok()) return bytes.status();
  v1::ComparisonObject comparison;
  if (!bytes->has_value() || !comparison.ParseFromString(**bytes)) return false;
  for (const v1::ComparedReport& report : comparison.reports()) {
    if (report.party() == options_.operator_party) return true;
  }
  return false;
}

void Assessor::LookAt(const keys::Bytes& handover) {
  const absl::StatusOr<bool> ours = IsOurs(handover);
  if (!ours.ok() || !*ours) return;
  std::vector<v1::Assess> theirs;
  std::set<keys::Bytes> seen;
  const absl::Status scanned =
      store_.Scan(ledger::HandoverPrefix("assessment", keys::AsBytes(handover)),
                  [&](absl::string_view, keys::ByteView value) {
                    v1::AssessmentObject object;
                    if (object.ParseFromArray(value.data(), static_cast<int>(value.size())) &&
                        object.party() != options_.operator_party &&
                        seen.insert(InputsOf(object.assess())).second) {
                      theirs.push_back(object.assess());
                    }
                    return true;
                  });
  if (!scanned.ok()) return LogStatus(Severity::kWarning, "assessment_failed", scanned);
  for (const v1::Assess& assess : theirs) {
    {
      log::MutexLock lock(mutex_);
      if (stopping_) return;
    }
    const keys::Bytes inputs = InputsOf(assess);
    const absl::StatusOr<bool> done = HasOurReport(handover, inputs);
    if (failed_.count(inputs) > 0 || (done.ok() && *done)) continue;
    const absl::Status recomputed = Recompute(handover, assess);
    metrics_.CountAssessment(recomputed.ok());
    if (recomputed.ok()) continue;
    failed_.insert(inputs);
    LogStatus(Severity::kWarning, "assessment_failed", recomputed);
  }
}

absl::Status Assessor::Recompute(const keys::Bytes& handover, const v1::Assess& theirs) {
  if (theirs.check_semantics() != completeness::kCheckSemantics) {
    return absl::UnimplementedError(absl::StrCat("check semantics ", theirs.check_semantics(),
                                                 " are not known to this program"));
  }
  const absl::StatusOr<v1::AssessWork> work = Prepare(handover, theirs);
  if (!work.ok()) return work.status();
  const absl::StatusOr<v1::AssessWorkResult> result =
      RunAssessWorker(options_.program, *work, passphrase_, options_.seconds);
  if (!result.ok()) return result.status();
  v1::Statement statement;
  statement.set_handover(handover);
  v1::Assess& ours = *statement.mutable_assess();
  *ours.mutable_rule_set() = theirs.rule_set();
  ours.set_check_semantics(theirs.check_semantics());
  *ours.mutable_packages() = theirs.packages();
  ours.set_at_size(theirs.at_size());
  *ours.mutable_report() = result->report_ref();
  *ours.mutable_summary() = result->summary();
  const absl::StatusOr<Said> said = voice_.Say(statement);
  if (!said.ok()) return said.status();
  const bool same = result->report_ref().digest() == theirs.report().digest();
  LogEvent(Severity::kInfo, "assessment_logged",
           {{"leaf", merkle::ToInt(said->logged.index)}, {"same_report", same}});
  return absl::OkStatus();
}

absl::StatusOr<v1::AssessWork> Assessor::Prepare(const keys::Bytes& handover,
                                                 const v1::Assess& theirs) const {
  const auto id = statement::StatementId::FromBytes(keys::AsBytes(handover));
  if (!id.ok()) return id.status();
  ledger::Replay replay;
  const std::unique_ptr<const log::Reader> reader = store_.TakeSnapshot();
  absl::StatusOr<ledger::Replay> begun = BeginReplay(*reader, options_.data_folder);
  if (!begun.ok()) return begun.status();
  replay = *std::move(begun);
  // Sizes count on from a predecessor's leaves.
  const absl::StatusOr<std::uint64_t> base = ledger::ReadBase(store_);
  if (!base.ok()) return base.status();
  if (theirs.at_size() <= *base) {
    return absl::OutOfRangeError("the report is about the log that this one goes on from");
  }
  const std::uint64_t size = theirs.at_size() - *base;
  if (absl::Status replayed = ReplayTo(*reader, size, replay); !replayed.ok()) return replayed;
  v1::AssessWork work;
  auto facts = ledger::ReadFacts(replay.state(), *id, merkle::TreeSize{size});
  if (!facts.ok()) return facts.status();
  *work.mutable_facts() = *std::move(facts);
  const auto charter = ledger::ReadCharter(replay.state(), keys::AsBytes(handover));
  if (!charter.ok()) return charter.status();
  if (charter->has_value() && (*charter)->charter().has_control_history()) {
    const absl::Status added = AddControlHistory((*charter)->charter().control_history(), work);
    if (!added.ok()) return added;
  }
  work.set_log_origin(options_.origin);
  *work.mutable_rule_set() = theirs.rule_set();
  work.set_rules_folder(options_.rules_folder);
  work.set_content_folder(options_.content_folder);
  work.set_sealing_key(options_.sealing_key);
  work.set_cpu_seconds(options_.seconds);
  work.set_memory_mib(options_.memory_mib);
  if (absl::Status added = AddPackages(replay.state(), theirs, work); !added.ok()) return added;
  return work;
}

// An annex is carried as what its digest is of: domain, salt, bytes. So it is content like any
// other.
absl::Status Assessor::AddControlHistory(const v1::AnnexRef& annex, v1::AssessWork& work) const {
  const auto digest = keys::Digest::FromBytes(keys::AsBytes(annex.digest()));
  if (!digest.ok()) return digest.status();
  const auto file = content_.Open(*digest);
  if (!file.ok()) {
    return absl::Status(file.status().code(),
                        absl::StrCat("the charter's control history: ", file.status().message()));
  }
  work.set_control_history(annex.digest());
  for (std::size_t i = 0; i < (*file)->chunk_count(); ++i) {
    work.add_control_history_chunks((*file)->chunk(i).ToBytes());
  }
  return absl::OkStatus();
}

absl::Status Assessor::AddPackages(const ledger::ScanView& view, const v1::Assess& theirs,
                                   v1::AssessWork& work) const {
  for (const std::string& bytes : theirs.packages()) {
    const auto digest = keys::Digest::FromBytes(keys::AsBytes(bytes));
    if (!digest.ok()) return digest.status();
    const auto file = content_.Open(*digest);
    if (!file.ok()) return file.status();
    v1::WorkPackage& package = *work.add_packages();
    package.set_digest(bytes);
    package.set_handover(work.facts().handover());
    package.set_exercise(work.facts().exercise());
    for (std::size_t i = 0; i < (*file)->chunk_count(); ++i) {
      package.add_chunks((*file)->chunk(i).ToBytes());
    }
    for (const v1::FactSubmission& submission : work.facts().submissions()) {
      if (submission.digest() != bytes) continue;
      const auto author = ledger::ReadParty(view, submission.author());
      if (!author.ok()) return author.status();
      for (const v1::KeyState& key : author->keys()) {
        const bool signs =
            !key.key().empty() && key.key()[0] == static_cast<char>(keys::KeyType::kEd25519);
        if (signs) package.add_author_keys(key.key());
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace cairn::broker
