#include "client/commands/evidence_command.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "audit/dossier/evidence.h"
#include "audit/dossier/evidence_copy.h"
#include "audit/merkle/proof.h"
#include "audit/note/proof_file.h"
#include "audit/statement/canonical.h"
#include "audit/statement/entry.h"
#include "audit/statement/lodging.h"
#include "audit/statement/refusal.h"
#include "cairn/v1/statement.pb.h"
#include "client/commands/log_copy.h"
#include "client/home.h"
#include "client/notes.h"
#include "client/speak.h"

namespace cairn::client {
namespace {

using dossier::Evidence;
using dossier::EvidenceKind;

constexpr char kReceiptBeginning[] = "c2sp.org/tlog-proof@";

struct EvidenceArguments {
  std::string first;
  std::string second;
  std::string vkey;
  std::string witness;
  std::string copy;
  std::string entry;
  bool freeze = false;
  std::string out;
};

// What is accused: the parts, and where its entries come from.
struct Case {
  Evidence evidence;
  OpenedCopy copy;  // Opened where the kind needs one.
  std::optional<dossier::CopiedEntries> entries;
};

bool IsReceipt(const keys::Bytes& bytes) { return absl::StartsWith(bytes, kReceiptBeginning); }

absl::StatusOr<keys::Bytes> EntryBeside(const std::string& path) {
  return ReadFile(absl::StrCat(absl::StripSuffix(path, ".tlog-proof"), ".entry"),
                  statement::kMaxEntryBytes);
}

// The statement that a refusal or a lodging is about: --entry, else the file of the same name.
absl::StatusOr<keys::Bytes> StatementBeside(const EvidenceArguments& arguments,
                                            absl::string_view ending) {
  const std::string path = arguments.entry.empty()
                               ? absl::StrCat(absl::StripSuffix(arguments.first, ending), ".signed")
                               : arguments.entry;
  absl::StatusOr<keys::Bytes> file = ReadFile(path, statement::kMaxEntryBytes);
  if (!file.ok()) return file.status();
  absl::StatusOr<statement::Entry> entry = statement::ParseEntry(keys::AsBytes(*file));
  return entry.ok() ? entry->signed_statement : *std::move(file);
}

absl::StatusOr<keys::VerifierKey> AccusedKey(const Context& context,
                                             const EvidenceArguments& arguments) {
  if (arguments.vkey.empty()) return PinnedLogKey(context);
  return keys::VerifierKey::Parse(arguments.vkey);
}

absl::Status OpenItsCopy(const Context& context, const EvidenceArguments& arguments,
                         const keys::VerifierKey& log, Case& made) {
  std::string folder = arguments.copy;
  if (folder.empty()) {
    const absl::StatusOr<std::string> own = CopyFolder(context, log);
    if (!own.ok()) return own.status();
    folder = *own;
  }
  absl::StatusOr<OpenedCopy> copy = OpenCopy(folder, log);
  if (absl::IsNotFound(copy.status())) {
    return absl::FailedPreconditionError(absl::StrCat(
        "no copy of the log is in ", folder,
        ": make one with `cairn log sync`, or with `cairn log mirror` and name it with --copy"));
  }
  if (!copy.ok()) return copy.status();
  made.copy = *std::move(copy);
  return absl::OkStatus();
}

// The note under which the copy stands: the tree that its entries are checked against.
absl::Status TakeCopysNote(keys::Bytes& note, Case& made) {
  absl::StatusOr<keys::Bytes> bytes = mirror::FetchCheckpoint(*made.copy.source);
  if (!bytes.ok()) return bytes.status();
  note = *std::move(bytes);
  return absl::OkStatus();
}

absl::Status TakeAllEntries(Case& made) {
  absl::StatusOr<dossier::CopiedEntries> entries =
      dossier::CopiedEntries::AllToFold(*made.copy.log);
  if (!entries.ok()) return entries.status();
  made.entries = *std::move(entries);
  return absl::OkStatus();
}

bool Revokes(const keys::Bytes& entry_bytes) {
  const auto entry = statement::ParseEntry(keys::AsBytes(entry_bytes));
  const auto said = entry.ok() ? statement::Verify(keys::AsBytes(entry->signed_statement))
                               : absl::StatusOr<statement::VerifiedStatement>(entry.status());
  return said.ok() && said->statement().has_revoke_key();
}

// Two receipts: of one index, or of a revocation and a later use of its key.
absl::Status CollectReceipts(const EvidenceArguments& arguments, Evidence& evidence) {
  if (!arguments.witness.empty()) return UsageError("--witness goes with two notes");
  absl::StatusOr<keys::Bytes> entry = EntryBeside(arguments.first);
  if (!entry.ok()) return entry.status();
  evidence.first_entry = *std::move(entry);
  entry = EntryBeside(arguments.second);
  if (!entry.ok()) return entry.status();
  evidence.second_entry = *std::move(entry);
  const auto first = note::ParseProofFile(keys::AsBytes(evidence.first));
  const auto second = note::ParseProofFile(keys::AsBytes(evidence.second));
  const bool apart = first.ok() && second.ok() && first->index != second->index;
  evidence.kind = apart && Revokes(evidence.first_entry) ? EvidenceKind::kRevokedKeyUsed
                                                         : EvidenceKind::kTwoLeaves;
  return absl::OkStatus();
}

absl::Status CollectPair(const EvidenceArguments& arguments, Evidence& evidence) {
  absl::StatusOr<keys::Bytes> second =
      ReadFile(arguments.second, note::kMaxProofFileBytesWithExtra);
  if (!second.ok()) return second.status();
  evidence.second = *std::move(second);
  if (IsReceipt(evidence.first) != IsReceipt(evidence.second)) {
    return UsageError("give two notes or two receipts, not one of each");
  }
  if (IsReceipt(evidence.first)) return CollectReceipts(arguments, evidence);
  evidence.kind =
      arguments.witness.empty() ? EvidenceKind::kTwoRoots : EvidenceKind::kWitnessSignedBoth;
  evidence.witness = arguments.witness;
  return absl::OkStatus();
}

// A receipt against the log as the copy has it.
absl::Status CollectContradiction(const EvidenceArguments& arguments, Case& made) {
  Evidence& evidence = made.evidence;
  evidence.kind = EvidenceKind::kReceiptContradicted;
  absl::StatusOr<keys::Bytes> entry = EntryBeside(arguments.first);
  if (!entry.ok()) return entry.status();
  evidence.first_entry = *std::move(entry);
  if (absl::Status note = TakeCopysNote(evidence.second, made); !note.ok()) return note;
  const auto proof = note::ParseProofFile(keys::AsBytes(evidence.first));
  if (!proof.ok()) return proof.status();
  const auto log = keys::VerifierKey::Parse(evidence.log);
  if (!log.ok()) return log.status();
  const auto then = note::OpenCheckpoint(keys::AsBytes(proof->note), *log);
  if (!then.ok()) return then.status();
  const merkle::TreeSize size = then->checkpoint.size;
  if (size >= made.copy.log->size()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the copy has ", merkle::ToInt(made.copy.log->size()),
                     " leaves, no more than the receipt's tree: two notes of one size are evidence "
                     "by themselves"));
  }
  const absl::StatusOr<merkle::NodeHash> root = made.copy.log->RootAt(size);
  if (!root.ok()) return root.status();
  evidence.root = root->digest.ToBytes();
  const auto hashes = merkle::ProveConsistency(size, made.copy.log->size(), *made.copy.log);
  if (!hashes.ok()) return hashes.status();
  for (const merkle::NodeHash& hash : *hashes) {
    keys::AppendBytes(evidence.hashes, hash.digest.View());
  }
  return absl::OkStatus();
}

absl::Status CollectGrowth(Case& made) {
  Evidence& evidence = made.evidence;
  evidence.kind = EvidenceKind::kGrowthAfterFreeze;
  evidence.second = std::move(evidence.first);
  if (absl::Status note = TakeCopysNote(evidence.first, made); !note.ok()) return note;
  return TakeAllEntries(made);
}

absl::Status CollectRefusal(const EvidenceArguments& arguments, Case& made) {
  Evidence& evidence = made.evidence;
  evidence.kind = EvidenceKind::kWrongfulRefusal;
  evidence.refusal = std::move(evidence.first);
  absl::StatusOr<keys::Bytes> refused = StatementBeside(arguments, ".refusal");
  if (!refused.ok()) return refused.status();
  evidence.statement = *std::move(refused);
  if (absl::Status note = TakeCopysNote(evidence.first, made); !note.ok()) return note;
  return TakeAllEntries(made);
}

absl::Status CollectNotLogged(const EvidenceArguments& arguments, Case& made) {
  Evidence& evidence = made.evidence;
  evidence.kind = EvidenceKind::kNotLogged;
  evidence.lodging = std::move(evidence.first);
  absl::StatusOr<keys::Bytes> lodged = StatementBeside(arguments, ".lodging");
  if (!lodged.ok()) return lodged.status();
  evidence.statement = *std::move(lodged);
  const auto said = statement::Verify(keys::AsBytes(evidence.statement));
  if (!said.ok()) return said.status();
  const merkle::TreeSize from{said->statement().seen().tree_size()};
  auto entries = dossier::CopiedEntries::Some(*made.copy.log, from, made.copy.log->size());
  if (!entries.ok()) return entries.status();
  made.entries = *std::move(entries);
  absl::StatusOr<keys::Bytes> peaks = dossier::PeaksOf(*made.copy.log, from);
  if (!peaks.ok()) return peaks.status();
  evidence.hashes = *std::move(peaks);
  return TakeCopysNote(evidence.first, made);
}

bool IsRefusal(const keys::Bytes& bytes) {
  v1::SignedRefusal wrapper;
  return statement::ParseCanonical(keys::AsBytes(bytes), wrapper).ok() &&
         statement::ReadRefusalUnverified(wrapper).ok();
}

// Of the kind that the files and options make it.
absl::StatusOr<Case> CollectCase(const Context& context, const EvidenceArguments& arguments) {
  Case made;
  const absl::StatusOr<keys::VerifierKey> log = AccusedKey(context, arguments);
  if (!log.ok()) return log.status();
  made.evidence.log = log->ToString();
  absl::StatusOr<keys::Bytes> first = ReadFile(arguments.first, note::kMaxProofFileBytesWithExtra);
  if (!first.ok()) return first.status();
  made.evidence.first = *std::move(first);
  if (!arguments.second.empty()) {
    if (absl::Status pair = CollectPair(arguments, made.evidence); !pair.ok()) return pair;
    return made;
  }
  if (absl::Status opened = OpenItsCopy(context, arguments, *log, made); !opened.ok()) {
    return opened;
  }
  const keys::ByteView bytes = keys::AsBytes(made.evidence.first);
  absl::Status collected;
  if (arguments.freeze) {
    collected = CollectGrowth(made);
  } else if (IsReceipt(made.evidence.first)) {
    collected = CollectContradiction(arguments, made);
  } else if (statement::VerifyLodging(bytes).ok()) {
    collected = CollectNotLogged(arguments, made);
  } else if (IsRefusal(made.evidence.first)) {
    collected = CollectRefusal(arguments, made);
  } else {
    collected = UsageError(
        "one file alone is evidence if it is a receipt, a signed refusal, a lodging, or with "
        "--after-freeze a note; else give two notes or two receipts");
  }
  if (!collected.ok()) return collected;
  return made;
}

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using OpenedFile = std::unique_ptr<std::FILE, CloseFile>;

absl::Status DiskError(const std::string& path) {
  return absl::UnavailableError(absl::StrCat(path, ": ", std::strerror(errno)));
}

absl::Status WriteCase(Case& made, const std::string& path) {
  const OpenedFile file(std::fopen(path.c_str(), "wbx"));
  if (file == nullptr && errno == EEXIST) {
    return absl::AlreadyExistsError(
        absl::StrCat(path, " is there already; nothing is overwritten"));
  }
  if (file == nullptr) return DiskError(path);
  const keys::Sink sink = [&](keys::ByteView bytes) {
    return std::fwrite(bytes.data(), 1, bytes.size(), file.get()) == bytes.size() ? absl::OkStatus()
                                                                                  : DiskError(path);
  };
  const std::vector<std::vector<keys::Bytes>> none;
  dossier::EntriesInMemory nothing(none);
  dossier::EntryLists* const entries =
      made.entries.has_value() ? static_cast<dossier::EntryLists*>(&*made.entries) : &nothing;
  absl::Status written = dossier::WriteEvidence(made.evidence, *entries, sink);
  if (written.ok() && (std::fflush(file.get()) != 0 || fsync(fileno(file.get())) != 0)) {
    written = DiskError(path);
  }
  if (!written.ok()) unlink(path.c_str());
  return written;
}

// What was written is judged as anybody will judge it.
absl::StatusOr<dossier::JudgedEvidence> JudgeWritten(const std::string& path) {
  const OpenedFile file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) return DiskError(path);
  return dossier::JudgeEvidenceFile(
      [&](std::span<std::uint8_t> out) -> absl::StatusOr<std::size_t> {
        const std::size_t got = std::fread(out.data(), 1, out.size(), file.get());
        if (got == 0 && std::ferror(file.get()) != 0) return DiskError(path);
        return got;
      });
}

absl::StatusOr<Answer> MakeAccusation(Context& context, const EvidenceArguments& arguments) {
  absl::StatusOr<Case> made = CollectCase(context, arguments);
  if (!made.ok()) return made.status();
  if (absl::Status written = WriteCase(*made, arguments.out); !written.ok()) return written;
  const absl::StatusOr<dossier::JudgedEvidence> judged = JudgeWritten(arguments.out);
  const absl::Status verdict = judged.ok() ? judged->verdict : judged.status();
  if (!verdict.ok()) unlink(arguments.out.c_str());
  if (absl::IsDataLoss(verdict)) {
    const nlohmann::json json = {{"convicts", false}, {"why", std::string(verdict.message())}};
    return Answer{.text = absl::StrCat("These convict nobody: ", verdict.message(), "\n"),
                  .json = JsonText(json),
                  .code = ExitCode::kDoesNotHold};
  }
  if (!verdict.ok()) return verdict;
  const std::string kind(dossier::EvidenceName(made->evidence.kind));
  const bool silent = made->evidence.kind == EvidenceKind::kNotLogged;
  const nlohmann::json json = {{"convicts", !silent}, {"kind", kind}, {"file", arguments.out}};
  return Answer{
      .text = absl::StrCat(arguments.out, ": ", kind, ". Give it to every party.\n"),
      .json = JsonText(json),
      .code = ExitCode::kHolds,
      .next = absl::StrCat("cairn verify ", arguments.out, "; cairn log publish ", arguments.out)};
}

// --- lodge ---------------------------------------------------------------------------------------

// The word of this party, as of the newest note that it has verified.
absl::StatusOr<keys::Bytes> SignedLodgingOf(Context& context,
                                            const statement::VerifiedStatement& verified) {
  const absl::StatusOr<Home> home = context.GetHome();
  if (!home.ok()) return home.status();
  const absl::StatusOr<Profile> profile = context.GetProfile();
  if (!profile.ok()) return profile.status();
  if (verified.statement().log_origin() != profile->log_origin) {
    return absl::InvalidArgumentError(absl::StrCat("the statement is meant for ",
                                                   verified.statement().log_origin(), ", not for ",
                                                   profile->log_origin));
  }
  const auto newest = NewestNote(*home, *profile);
  if (!newest.ok()) return newest.status();
  v1::Lodging lodging;
  lodging.set_log_origin(profile->log_origin);
  lodging.set_statement(verified.id().ToBytes());
  lodging.set_party(profile->party);
  if (newest->has_value()) {
    const note::Checkpoint& seen = (*newest)->checkpoint;
    lodging.mutable_seen()->set_tree_size(merkle::ToInt(seen.size));
    lodging.mutable_seen()->set_root_hash(seen.root.digest.ToBytes());
  }
  lodging.set_lodged_at_ms(static_cast<std::uint64_t>(absl::ToUnixMillis(absl::Now())));
  const absl::StatusOr<keys::SigningPrivateKey> key =
      context.LoadSigningKey(context.options.signing_key);
  if (!key.ok()) return key.status();
  return statement::SignLodging(lodging, *key);
}

// Two files beside each other, synced before anything is sent: the statement and who lodged it.
absl::StatusOr<Answer> Lodge(Context& context, const EvidenceArguments& arguments) {
  const absl::StatusOr<keys::Bytes> bytes = StatementBeside(arguments, "");
  if (!bytes.ok()) return bytes.status();
  const auto verified = statement::Verify(keys::AsBytes(*bytes));
  if (!verified.ok()) return verified.status();
  const absl::StatusOr<keys::Bytes> lodging = SignedLodgingOf(context, *verified);
  if (!lodging.ok()) return lodging.status();
  const std::string name(absl::StripSuffix(arguments.out, ".lodging"));
  absl::Status kept = WriteNewFile(name + ".signed", keys::AsBytes(*bytes));
  if (kept.ok()) kept = WriteNewFile(name + ".lodging", keys::AsBytes(*lodging));
  if (!kept.ok()) return kept;
  const absl::StatusOr<Spoken> spoken = Carry(context, *bytes);
  if (spoken.ok()) return SpokenAnswer("statement that was lodged", *spoken);
  if (!absl::IsUnavailable(spoken.status()) && !absl::IsDeadlineExceeded(spoken.status())) {
    return spoken.status();
  }
  return absl::UnavailableError(absl::StrCat(
      "the log has not answered (", spoken.status().message(), "); ", name,
      ".lodging says that you gave it the statement. Try again; if it stays silent, bring a copy "
      "of the log up to date and make the evidence with: cairn log evidence ",
      name, ".lodging --out ", name, ".evidence"));
}

}  // namespace

void AddEvidenceCommand(CLI::App& log, Context& context) {
  auto arguments = std::make_shared<EvidenceArguments>();
  CLI::App* command = log.add_subcommand(
      "evidence", "Make one file of what a log or a witness has signed and cannot stand by");
  command
      ->add_option("FIRST", arguments->first,
                   "Note; receipt with its entry beside it; .refusal or .lodging with the "
                   "statement's .signed beside it")
      ->required();
  command->add_option("SECOND", arguments->second,
                      "The other note or receipt; without it the log's copy says the rest");
  command->add_option("--out", arguments->out, "File to write: NAME.evidence")->required();
  command->add_option("--vkey,--log-vkey", arguments->vkey,
                      "The log's key; default: the pinned one");
  command->add_option("--witness", arguments->witness,
                      "Key of a witness that has cosigned both notes: it is the one convicted");
  command->add_option("--copy", arguments->copy,
                      "Folder with a copy of the log, as `cairn log mirror` makes it; default: "
                      "this home's");
  command->add_option("--entry", arguments->entry,
                      "The statement that was refused or lodged, if it is not beside FIRST");
  command->add_flag("--after-freeze", arguments->freeze,
                    "FIRST is a note that the log has signed after it was frozen");
  command->callback([&context, arguments] {
    context.command = [&context, arguments] { return MakeAccusation(context, *arguments); };
  });
  CLI::App* lodge = log.add_subcommand(
      "lodge", "Give the log what another party signed, and keep a signed word that you did");
  lodge->add_option("STATEMENT", arguments->entry, "Its .signed file, or its entry")->required();
  lodge->add_option("--out", arguments->out, "File to write: NAME.lodging, beside it NAME.signed")
      ->required();
  lodge->callback([&context, arguments] {
    context.command = [&context, arguments] { return Lodge(context, *arguments); };
  });
}

}  // namespace cairn::client
