#include "client/commands/evidence_command.h"

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "audit/dossier/evidence.h"
#include "audit/note/proof_file.h"
#include "audit/statement/entry.h"
#include "client/commands/log_copy.h"
#include "client/home.h"

namespace cairn::client {
namespace {

struct EvidenceArguments {
  std::string first;
  std::string second;
  std::string vkey;
  std::string witness;
  std::string out;
};

bool IsReceipt(const keys::Bytes& bytes) { return absl::StartsWith(bytes, "c2sp.org/tlog-proof@"); }

absl::StatusOr<keys::Bytes> EntryBeside(const std::string& path) {
  return ReadFile(absl::StrCat(absl::StripSuffix(path, ".tlog-proof"), ".entry"),
                  statement::kMaxEntryBytes);
}

// The parts, of the kind that the two files and --witness make it.
absl::StatusOr<dossier::Evidence> Collect(const Context& context,
                                          const EvidenceArguments& arguments) {
  dossier::Evidence evidence;
  evidence.log = arguments.vkey;
  if (evidence.log.empty()) {
    const absl::StatusOr<keys::VerifierKey> pinned = PinnedLogKey(context);
    if (!pinned.ok()) return pinned.status();
    evidence.log = pinned->ToString();
  }
  absl::StatusOr<keys::Bytes> first = ReadFile(arguments.first, note::kMaxProofFileBytesWithExtra);
  if (!first.ok()) return first.status();
  absl::StatusOr<keys::Bytes> second =
      ReadFile(arguments.second, note::kMaxProofFileBytesWithExtra);
  if (!second.ok()) return second.status();
  if (IsReceipt(*first) != IsReceipt(*second)) {
    return UsageError("give two notes or two receipts, not one of each");
  }
  if (IsReceipt(*first)) {
    if (!arguments.witness.empty()) return UsageError("--witness goes with two notes");
    evidence.kind = dossier::EvidenceKind::kTwoLeaves;
    absl::StatusOr<keys::Bytes> entry = EntryBeside(arguments.first);
    if (!entry.ok()) return entry.status();
    evidence.first_entry = *std::move(entry);
    entry = EntryBeside(arguments.second);
    if (!entry.ok()) return entry.status();
    evidence.second_entry = *std::move(entry);
  } else if (!arguments.witness.empty()) {
    evidence.kind = dossier::EvidenceKind::kWitnessSignedBoth;
    evidence.witness = arguments.witness;
  }
  evidence.first = *std::move(first);
  evidence.second = *std::move(second);
  return evidence;
}

absl::StatusOr<Answer> Make(Context& context, const EvidenceArguments& arguments) {
  absl::StatusOr<dossier::Evidence> parts = Collect(context, arguments);
  if (!parts.ok()) return parts.status();
  const std::string kind(dossier::EvidenceName(parts->kind));
  const absl::StatusOr<dossier::Evidence> evidence = dossier::MakeEvidence(*std::move(parts));
  if (absl::IsDataLoss(evidence.status())) {
    const nlohmann::json json = {{"convicts", false},
                                 {"why", std::string(evidence.status().message())}};
    return Answer{.text = absl::StrCat("These convict nobody: ", evidence.status().message(), "\n"),
                  .json = JsonText(json),
                  .code = ExitCode::kDoesNotHold};
  }
  if (!evidence.ok()) return evidence.status();
  const keys::Bytes file = dossier::FormatEvidence(*evidence);
  if (absl::Status written = WriteFileDurably(arguments.out, keys::AsBytes(file)); !written.ok()) {
    return written;
  }
  const nlohmann::json json = {{"convicts", true}, {"kind", kind}, {"file", arguments.out}};
  return Answer{.text = absl::StrCat(arguments.out, ": ", kind, ". Give it to every party.\n"),
                .json = JsonText(json),
                .code = ExitCode::kHolds,
                .next = absl::StrCat("cairn verify ", arguments.out)};
}

}  // namespace

void AddEvidenceCommand(CLI::App& log, Context& context) {
  auto arguments = std::make_shared<EvidenceArguments>();
  CLI::App* command = log.add_subcommand(
      "evidence", "Make one file of two notes or receipts that cannot both be true");
  command->add_option("FIRST", arguments->first, "Note, or receipt with its entry beside it")
      ->required();
  command->add_option("SECOND", arguments->second, "The other one")->required();
  command->add_option("--out", arguments->out, "File to write: NAME.evidence")->required();
  command->add_option("--vkey,--log-vkey", arguments->vkey,
                      "The log's key; default: the pinned one");
  command->add_option("--witness", arguments->witness,
                      "Key of a witness that has cosigned both notes: it is the one convicted");
  command->callback([&context, arguments] {
    context.command = [&context, arguments] { return Make(context, *arguments); };
  });
}

}  // namespace cairn::client
