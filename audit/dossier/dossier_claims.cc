// Dossiers: the audit of the log inside, that the handover stands in it, and each enclosed paper.
#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "audit/dossier/examiners.h"
#include "audit/dossier/log_audit.h"
#include "audit/ledger/handover_view.h"
#include "audit/mirror/log_reader.h"
#include "audit/note/checkpoint.h"
#include "audit/note/proof_file.h"
#include "cairn/v1/state.pb.h"
#include "cairn/v1/statement.pb.h"
#include "keys/encoding.h"

namespace cairn::dossier {
namespace {

constexpr absl::string_view kDossierForm =
    "It is a well-formed dossier, and every byte of it is as its list of digests says.";
constexpr absl::string_view kDossierSigned = "The tree is the one that the log has signed.";
constexpr absl::string_view kOfItself = "What it says of itself is what its log says.";
constexpr absl::string_view kHandoverThere =
    "The handover that it is about was opened in this log, and the log's rules accept that.";
constexpr absl::string_view kCharterWitnessed =
    "The tree was witnessed as the handover's charter asks (progress).";

// What is gathered from the leaves while they are folded.
class HandoverLeaves {
 public:
  HandoverLeaves(const DossierHead& head, const std::vector<DossierFile::EnclosedPaper>& papers)
      : handover_(head.handover) {
    for (const auto& paper : papers) named_.emplace(paper.id.sha256, std::nullopt);
  }

  void Take(const ledger::ReplayStep& step) {
    if (!step.statement.has_value()) return;
    const statement::VerifiedStatement& verified = *step.statement;
    const v1::Statement& said = verified.statement();
    if (merkle::ToInt(step.leaf) == 0 && said.has_genesis()) {
      genesis_ = verified.id().digest;
      log_vkey_ = said.genesis().log_vkey();
    }
    const bool opens = verified.id() == handover_ && said.has_open_handover();
    if (!opens && said.handover() != handover_.ToBytes()) return;
    // Who signed it named it, whatever the rules say of the leaf; the claim about them is another.
    FindNamed(keys::AsBytes(verified.statement_bytes()), step.leaf);
    if (step.has_fault()) return;
    if (opens) charter_ = said.open_handover().charter();
    if (opens) opened_at_ = step.leaf;
    ++acts_[std::string(statement::BodyName(said))];
  }

  const std::optional<keys::Digest>& genesis() const { return genesis_; }
  const std::string& log_vkey() const { return log_vkey_; }
  const std::optional<v1::Charter>& charter() const { return charter_; }
  merkle::LeafIndex opened_at() const { return opened_at_; }
  // The first leaf of the handover that names the paper.
  std::optional<merkle::LeafIndex> NamedAt(const keys::Digest& sha256) const {
    const auto found = named_.find(sha256);
    return found == named_.end() ? std::nullopt : found->second;
  }
  std::string ActsText() const {
    std::vector<std::string> parts;
    for (const auto& [act, count] : acts_) parts.push_back(absl::StrCat(count, " ", act));
    return absl::StrJoin(parts, ", ");
  }

 private:
  // A field of 32 bytes is written as its length, 0x20, and the bytes. Nobody can make other bytes
  // that are the digest of a paper by chance.
  void FindNamed(keys::ByteView statement, merkle::LeafIndex leaf) {
    for (std::size_t i = 0; i + keys::kDigestSize < statement.size(); ++i) {
      if (statement[i] != keys::kDigestSize) continue;
      keys::Digest digest;
      std::copy_n(statement.begin() + static_cast<std::ptrdiff_t>(i) + 1, keys::kDigestSize,
                  digest.bytes.begin());
      const auto found = named_.find(digest);
      if (found != named_.end() && !found->second.has_value()) found->second = leaf;
    }
  }

  const statement::StatementId handover_;
  absl::flat_hash_map<keys::Digest, std::optional<merkle::LeafIndex>> named_;
  std::map<std::string, std::uint64_t> acts_;
  std::optional<keys::Digest> genesis_;
  std::string log_vkey_;
  std::optional<v1::Charter> charter_;
  merkle::LeafIndex opened_at_{};
};

// The claims about one dossier whose form holds.
class DossierExaminer {
 public:
  DossierExaminer(DossierFile& file, Trust& trust, Examination& out)
      : file_(file),
        key_(*keys::VerifierKey::Parse(file.head().log)),
        leaves_(file.head(), file.papers()),
        trust_(trust),
        out_(out) {}

  void Run();

 private:
  bool ChooseKey();
  absl::Status Audit();
  void SayItself(const absl::Status& ended);
  void SayHandover(const ledger::Replay& replay);
  void SayCharterPolicies(keys::ByteView note);
  void SayPaper(const DossierFile::EnclosedPaper& paper);
  absl::Status CheckReceipt(const DossierFile::EnclosedPaper& paper, std::string& what);
  absl::Status CheckNamed(const DossierFile::EnclosedPaper& paper, std::string& what) const;

  DossierFile& file_;
  keys::VerifierKey key_;
  HandoverLeaves leaves_;
  Trust& trust_;
  Examination& out_;
  std::unique_ptr<mirror::LogReader> log_;  // Of the log inside, once its signature holds.
};

// The key that the log's signature is judged with: one that is believed. Where only a Genesis is
// pinned, that names it; where nothing is, the dossier's own shows no more than that it agrees with
// itself.
bool DossierExaminer::ChooseKey() {
  if (!trust_.policy.has_value()) return true;
  const keys::VerifierKey* const believed = BelievedLog(trust_, key_.name());
  if (believed != nullptr) {
    key_ = *believed;
    return true;
  }
  out_.Fails("log-signature", kDossierSigned, "it names a log that you do not believe");
  return false;
}

absl::Status DossierExaminer::Audit() {
  AuditOptions options{.policy = trust_.policy, .genesis = trust_.genesis, .on_leaf = {}};
  options.on_leaf = [this](const ledger::ReplayStep& step) { leaves_.Take(step); };
  absl::StatusOr<LogAudit> audit =
      AuditLog(file_, key_, options, [](std::uint64_t, std::uint64_t) {});
  if (!audit.ok()) return audit.status();
  for (Claim& claim : audit->found.claims) out_.claims.push_back(std::move(claim));
  for (Fact& fact : audit->found.facts) out_.facts.push_back(std::move(fact));
  auto log = mirror::LogReader::Open(file_, key_);
  if (!log.ok()) return log.status();
  log_ = *std::move(log);
  SayHandover(audit->replay);
  return absl::OkStatus();
}

void DossierExaminer::SayItself(const absl::Status& ended) {
  const DossierHead& head = file_.head();
  std::string wrong;
  if (!ended.ok()) {
    wrong = std::string(ended.message());
  } else if (head.size != log_->size()) {
    wrong = absl::StrCat("its checkpoint is of ", merkle::ToInt(log_->size()), " leaves");
  } else if (leaves_.genesis() != head.genesis) {
    wrong = "its leaf 0 is another statement than the Genesis that it names";
  } else if (leaves_.log_vkey() != head.log) {
    wrong = "its Genesis names another log key";
  }
  if (wrong.empty()) return out_.Holds("head", kOfItself);
  out_.Fails("head", kOfItself, wrong);
}

void DossierExaminer::SayHandover(const ledger::Replay& replay) {
  const statement::StatementId& id = file_.head().handover;
  const absl::StatusOr<v1::HandoverState> state =
      ledger::ReadHandover(replay.state(), id, replay.size());
  if (!state.ok() || !leaves_.charter().has_value()) {
    return out_.Fails("handover", kHandoverThere,
                      state.ok() ? "no leaf opens it" : state.status().message());
  }
  out_.Holds("handover", kHandoverThere,
             absl::StrCat("leaf ", merkle::ToInt(leaves_.opened_at()), ", ", state->name()));
  out_.Says("it is about", absl::StrCat("handover ", state->name(), ", ", id.Hex()));
  out_.Says("acts in it", leaves_.ActsText());
}

// What the parties themselves agreed to take for progress and for final. A verdict takes the
// verifier's own policy; where that is another, both are there to be compared.
void DossierExaminer::SayCharterPolicies(keys::ByteView note) {
  if (!leaves_.charter().has_value()) {
    return out_.Skips("charter-witnessed", kCharterWitnessed, "there is no charter",
                      Weight::kBeside);
  }
  const auto reached = [&](const std::string& text) -> absl::StatusOr<bool> {
    const absl::StatusOr<note::Policy> policy = note::Policy::Parse(text);
    if (!policy.ok()) return policy.status();
    if (!policy->WantsWitnesses()) return absl::FailedPreconditionError("it asks for no witness");
    const auto opened = note::OpenCheckpoint(note, key_, policy->WitnessKeys());
    if (!opened.ok()) return absl::DataLossError(opened.status().message());
    return policy->IsSatisfiedBy(opened->cosignatures);
  };
  const absl::StatusOr<bool> progress = reached(leaves_.charter()->progress_policy());
  const absl::StatusOr<bool> final = reached(leaves_.charter()->final_policy());
  if (progress.ok() && !*progress) {
    out_.Fails("charter-witnessed", kCharterWitnessed, "too few of its witnesses have signed");
  } else {
    out_.Judges("charter-witnessed", kCharterWitnessed, progress.status(), Weight::kBeside);
  }
  const bool is_progress = progress.ok() && *progress;
  out_.Says("level by the charter's policies", final.ok() && *final && is_progress ? "2, final"
                                               : is_progress                       ? "1, progress"
                                                             : "0, the log alone");
}

absl::Status DossierExaminer::CheckReceipt(const DossierFile::EnclosedPaper& paper,
                                           std::string& what) {
  const absl::StatusOr<keys::Bytes> bytes = file_.ReadPaper(paper);
  if (!bytes.ok()) return bytes.status();
  const absl::StatusOr<note::ProofFile> proof = note::ParseProofFile(keys::AsBytes(*bytes));
  if (!proof.ok()) return proof.status();
  if (!merkle::Holds(log_->size(), proof->index)) {
    return absl::OutOfRangeError("it is of a later leaf than this dossier has");
  }
  const absl::StatusOr<keys::Bytes> entry = log_->ReadEntry(proof->index);
  if (!entry.ok()) return entry.status();
  const absl::StatusOr<note::Policy> policy = note::Policy::Create({{key_, ""}}, {}, {}, "");
  if (!policy.ok()) return policy.status();
  const auto verified =
      note::VerifyProofFile(keys::AsBytes(*entry), keys::AsBytes(*bytes), *policy);
  if (!verified.ok()) return absl::DataLossError(verified.status().message());
  const note::Checkpoint& tree = verified->opened.checkpoint;
  if (tree.size > log_->size()) {
    return absl::OutOfRangeError("its tree is larger than the one of this dossier");
  }
  const absl::StatusOr<merkle::NodeHash> root = log_->RootAt(tree.size);
  if (!root.ok()) return root.status();
  if (*root != tree.root) {
    return absl::DataLossError(absl::StrCat("the log has signed two trees of ",
                                            merkle::ToInt(tree.size),
                                            " leaves: this receipt convicts it"));
  }
  what = absl::StrCat("leaf ", merkle::ToInt(proof->index));
  return absl::OkStatus();
}

absl::Status DossierExaminer::CheckNamed(const DossierFile::EnclosedPaper& paper,
                                         std::string& what) const {
  const auto leaf = leaves_.NamedAt(paper.id.sha256);
  if (!leaf.has_value()) return absl::DataLossError("no leaf of the handover names it");
  what = absl::StrCat("leaf ", merkle::ToInt(*leaf));
  return absl::OkStatus();
}

void DossierExaminer::SayPaper(const DossierFile::EnclosedPaper& paper) {
  const bool receipt = paper.id.kind == PaperKind::kReceipt;
  const std::string name = PaperName(paper.id);
  const std::string sentence =
      receipt
          ? absl::StrCat("The receipt ", name, " is of this log and of its one history.")
          : absl::StrCat("What is enclosed as ", name, " is what a leaf of the handover names.");
  std::string what;
  const absl::Status right = receipt ? CheckReceipt(paper, what) : CheckNamed(paper, what);
  if (right.ok()) return out_.Holds(name, sentence, what);
  out_.Judges(name, sentence, right);
}

void DossierExaminer::Run() {
  if (!ChooseKey()) return;
  const absl::Status ended = Audit();
  if (!trust_.policy.has_value()) {
    // What was found with a key out of the file itself counts only under a pinned Genesis.
    for (Claim& claim : out_.claims) {
      if (claim.id != "log-signature" || claim.state != ClaimState::kHolds) continue;
      claim.why =
          trust_.genesis.has_value()
              ? absl::StrCat("signed with the key that the Genesis names: ", key_.ToString())
              : trust_.why_no_policy;
      if (!trust_.genesis.has_value()) claim.state = ClaimState::kNotChecked;
    }
  }
  SayItself(ended);
  if (!ended.ok()) {
    return out_.Skips("handover", kHandoverThere, "the log inside does not stand");
  }
  const absl::StatusOr<keys::Bytes> note = mirror::FetchCheckpoint(file_);
  if (note.ok()) SayCharterPolicies(keys::AsBytes(*note));
  ExamineHistory(log_->checkpoint(), trust_, out_);
  for (const auto& paper : file_.papers()) SayPaper(paper);
  out_.Skips("contents", "What the sealed packages hold is what was declared.",
             "a dossier has their digests only; who can open one verifies it by itself",
             Weight::kBeside);
  out_.Skips("ground", "The ground is as the records say.",
             "no program can know; a blank does not mean safe", Weight::kBeside);
}

}  // namespace

void ExamineDossier(const std::string& name, const ReadAt& read, Trust& trust, Examination& out) {
  absl::StatusOr<std::unique_ptr<DossierFile>> file = DossierFile::Open(name, read);
  out.Judges(kFormId, kDossierForm, file.status());
  if (!file.ok()) return;
  DossierExaminer(**file, trust, out).Run();
}

}  // namespace cairn::dossier
