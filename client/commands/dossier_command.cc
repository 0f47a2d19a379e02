// dossier export: one file for an outside judge, out of this home's copy of the log.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "audit/dossier/dossier_writer.h"
#include "audit/dossier/verify.h"
#include "audit/mirror/replay_folder.h"
#include "audit/note/proof_file.h"
#include "audit/statement/annex.h"
#include "audit/statement/canonical.h"
#include "client/assessing.h"
#include "client/commands/believed.h"
#include "client/commands/commands.h"
#include "client/commands/handover_id.h"
#include "client/commands/log_copy.h"
#include "client/context.h"
#include "client/home.h"
#include "keys/encoding.h"

namespace cairn::client {
namespace {

struct DossierArguments {
  std::string handover;
  std::string out;
  std::vector<std::string> enclose;
  bool reports = false;
  bool no_receipts = false;
  BeliefArguments believed;
};

// What the leaves say of one handover, as far as an export needs it.
struct HandoverInLog {
  std::string name;
  std::string rules;                  // Digest of the charter's rule set.
  std::vector<std::uint64_t> leaves;  // Ascending.
  std::vector<keys::Bytes> reports;   // Digests of the reports logged.
};

// A copy of the log, opened at its newest note, and what it says.
struct ExportedLog {
  std::unique_ptr<mirror::FolderSource> source;
  std::unique_ptr<mirror::LogReader> log;
  keys::Bytes note;
  std::optional<keys::Digest> genesis;
  std::map<statement::StatementId, HandoverInLog> handovers;
};

void TakeLeaf(const ledger::ReplayStep& step, ExportedLog& log) {
  if (step.has_fault()) return;
  const v1::Statement& said = step.statement->statement();
  if (merkle::ToInt(step.leaf) == 0) log.genesis = step.statement->id().digest;
  std::optional<statement::StatementId> of;
  if (said.has_open_handover()) {
    of = step.statement->id();
    log.handovers[*of].name = said.open_handover().charter().name();
    log.handovers[*of].rules = said.open_handover().charter().rule_set().digest();
  } else if (const auto id = statement::StatementId::FromBytes(keys::AsBytes(said.handover()));
             id.ok()) {
    of = *id;
  }
  if (!of.has_value() || !log.handovers.contains(*of)) return;
  log.handovers[*of].leaves.push_back(merkle::ToInt(step.leaf));
  if (said.has_assess()) log.handovers[*of].reports.push_back(said.assess().report().digest());
}

absl::StatusOr<keys::VerifierKey> LogToExport(const Belief& belief) {
  if (belief.policy.has_value() && belief.policy->logs().size() == 1) {
    return belief.policy->logs().front().key;
  }
  return UsageError("which log? Give --log-vkey VKEY, or pin one with `cairn log trust`");
}

absl::StatusOr<ExportedLog> OpenToExport(Context& context, const std::string& folder,
                                         const keys::VerifierKey& key) {
  ExportedLog out;
  out.source = std::make_unique<mirror::FolderSource>(folder);
  absl::StatusOr<keys::Bytes> note = mirror::FetchCheckpoint(*out.source);
  if (absl::IsNotFound(note.status())) {
    return absl::NotFoundError(
        absl::StrCat("there is no copy of the log in ", folder,
                     ": make one with `cairn log sync`, or name one with --mirror FOLDER"));
  }
  if (!note.ok()) return note.status();
  out.note = *std::move(note);
  absl::StatusOr<note::OpenedCheckpoint> opened =
      note::OpenCheckpoint(keys::AsBytes(out.note), key);
  if (!opened.ok()) return opened.status();
  auto reader = mirror::LogReader::OpenAt(*out.source, *std::move(opened));
  if (!reader.ok()) return reader.status();
  out.log = *std::move(reader);
  Progress progress("read", merkle::ToInt(out.log->size()), context.console.shows_progress());
  ledger::Replay replay;
  const absl::Status folded = mirror::ReplayLog(
      *out.log, out.log->size(), replay, [&](const ledger::ReplayStep& step, keys::ByteView) {
        TakeLeaf(step, out);
        progress.Advance(merkle::ToInt(step.leaf) + 1);
        return absl::OkStatus();
      });
  if (!folded.ok()) return folded;
  if (!out.genesis.has_value()) return absl::DataLossError("the copy begins with no Genesis");
  return out;
}

// By id, the beginning of it, or name; the only one if nothing is given.
absl::StatusOr<statement::StatementId> ChooseHandover(const ExportedLog& log,
                                                      const std::string& text) {
  constexpr std::size_t kShortest = 8;
  std::vector<statement::StatementId> fitting;
  for (const auto& [id, handover] : log.handovers) {
    const bool begins = text.size() >= kShortest && absl::StartsWith(id.Hex(), text);
    if (text.empty() || begins || handover.name == text) fitting.push_back(id);
  }
  if (fitting.size() == 1) return fitting.front();
  std::string message = absl::StrCat(
      fitting.empty() ? "no handover" : "several handovers",
      text.empty() ? " in the copy of the log" : absl::StrCat(" named '", text, "' in the copy"),
      fitting.empty() ? "; bring it up to date with `cairn log sync`" : "; give an id:");
  for (const statement::StatementId& id : fitting) {
    absl::StrAppend(&message, "\n  ", id.Hex(), "  ", log.handovers.at(id).name);
  }
  return UsageError(message);
}

// --- Papers --------------------------------------------------------------------------------------

dossier::Paper PaperOf(dossier::PaperKind kind, keys::Bytes bytes) {
  const keys::Digest digest = keys::Sha256(keys::AsBytes(bytes));
  return {.id = {digest, kind}, .read = [bytes = std::move(bytes)] { return bytes; }};
}

dossier::Paper PaperAt(dossier::PaperKind kind, const keys::Digest& digest,
                       const std::string& path) {
  return {.id = {digest, kind}, .read = [path] { return ReadFile(path, dossier::kMaxPaperBytes); }};
}

// This home's receipts of the handover's leaves, as far as the copy reaches.
absl::Status AddReceipts(const Home& home, const ExportedLog& log, const HandoverInLog& handover,
                         std::vector<dossier::Paper>& papers) {
  const absl::StatusOr<std::vector<std::string>> names = ListFiles(home.Receipts());
  if (!names.ok()) return names.status();
  for (const std::string& name : *names) {
    if (!absl::EndsWith(name, ".tlog-proof")) continue;
    const std::string path = absl::StrCat(home.Receipts(), "/", name);
    const absl::StatusOr<keys::Bytes> bytes = ReadFile(path, note::kMaxProofFileBytesWithExtra);
    if (!bytes.ok()) return bytes.status();
    const absl::StatusOr<note::ProofFile> proof = note::ParseProofFile(keys::AsBytes(*bytes));
    if (!proof.ok()) continue;
    const bool of_it = std::binary_search(handover.leaves.begin(), handover.leaves.end(),
                                          merkle::ToInt(proof->index));
    const auto opened = note::OpenCheckpoint(keys::AsBytes(proof->note), log.log->opened().log);
    if (!of_it || !opened.ok() || opened->checkpoint.size > log.log->size()) continue;
    papers.push_back(
        PaperAt(dossier::PaperKind::kReceipt, keys::Sha256(keys::AsBytes(*bytes)), path));
  }
  return absl::OkStatus();
}

// The reports that this home has computed or fetched, with the salts that the leaves' digests have.
absl::Status AddReports(const Home& home, const HandoverInLog& handover,
                        std::vector<dossier::Paper>& papers) {
  for (const keys::Bytes& bytes : handover.reports) {
    const absl::StatusOr<keys::Digest> digest = keys::Digest::FromBytes(keys::AsBytes(bytes));
    if (!digest.ok()) return digest.status();
    const std::string path = absl::StrCat(home.Annexes(), "/", digest->Hex());
    if (access(path.c_str(), F_OK) != 0) continue;
    papers.push_back({.id = {*digest, dossier::PaperKind::kAnnex},
                      .read = [path]() -> absl::StatusOr<keys::Bytes> {
                        const auto salt = ReadFile(path + ".salt", statement::kAnnexSaltBytes);
                        if (!salt.ok()) return salt.status();
                        const auto report = ReadFile(path, dossier::kMaxPaperBytes);
                        if (!report.ok()) return report.status();
                        return absl::StrCat(statement::kAnnexDomain, *salt, *report);
                      }});
  }
  return absl::OkStatus();
}

// The charter's rule set, if it is known here: what the reports were computed by.
void AddRules(const Context& context, const HandoverInLog& handover,
              std::vector<dossier::Paper>& papers) {
  const auto rules = FindRules(context, "", handover.rules, {});
  if (!rules.ok()) return;
  papers.push_back(
      PaperOf(dossier::PaperKind::kRules, statement::SerializeTrusted(rules->message())));
}

// A file named by the exporter. Of what kind, its beginning says.
absl::StatusOr<dossier::Paper> Enclosed(const std::string& path) {
  absl::StatusOr<keys::Bytes> bytes = ReadFile(path, dossier::kMaxPaperBytes);
  if (!bytes.ok()) return bytes.status();
  const keys::Digest digest = keys::Sha256(keys::AsBytes(*bytes));
  if (absl::StartsWith(*bytes, "c2sp.org/tlog-proof@")) {
    return PaperAt(dossier::PaperKind::kReceipt, digest, path);
  }
  if (absl::StartsWith(*bytes, statement::kAnnexDomain)) {
    return PaperAt(dossier::PaperKind::kAnnex, digest, path);
  }
  return PaperAt(dossier::PaperKind::kManifest, digest, path);
}

absl::StatusOr<std::vector<dossier::Paper>> CollectPapers(Context& context,
                                                          const DossierArguments& arguments,
                                                          const ExportedLog& log,
                                                          const HandoverInLog& handover) {
  std::vector<dossier::Paper> papers;
  AddRules(context, handover, papers);
  if (const absl::StatusOr<Home> home = context.GetHome(); home.ok()) {
    absl::Status added;
    if (!arguments.no_receipts) added = AddReceipts(*home, log, handover, papers);
    if (added.ok() && arguments.reports) added = AddReports(*home, handover, papers);
    if (!added.ok()) return added;
  }
  for (const std::string& path : arguments.enclose) {
    absl::StatusOr<dossier::Paper> paper = Enclosed(path);
    if (!paper.ok()) return paper.status();
    papers.push_back(*std::move(paper));
  }
  return papers;
}

// --- The file ------------------------------------------------------------------------------------

// A file beside the one wanted, which takes its place only once it is whole and holds.
class NewFile {
 public:
  static absl::StatusOr<std::unique_ptr<NewFile>> Create(const std::string& path) {
    if (access(path.c_str(), F_OK) == 0) {
      return absl::AlreadyExistsError(absl::StrCat(path, " is there already"));
    }
    std::unique_ptr<NewFile> file(new NewFile(path));
    file->fd_ = open(file->beside_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file->fd_ < 0) return file->Error("cannot write");
    return file;
  }
  ~NewFile() {
    if (fd_ >= 0) close(fd_);
    unlink(beside_.c_str());
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  const std::string& beside() const { return beside_; }
  std::uint64_t size() const { return size_; }

  absl::Status Write(keys::ByteView bytes) {
    size_ += bytes.size();
    while (!bytes.empty()) {
      const ssize_t written = write(fd_, bytes.data(), bytes.size());
      if (written < 0 && errno != EINTR) return Error("cannot write");
      if (written > 0) bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return absl::OkStatus();
  }
  absl::Status Sync() { return fsync(fd_) == 0 ? absl::OkStatus() : Error("cannot sync"); }
  // kAlreadyExists: somebody else was quicker; nothing of theirs is touched.
  absl::Status TakePlace() {
    if (link(beside_.c_str(), path_.c_str()) == 0) return absl::OkStatus();
    if (errno == EEXIST) return absl::AlreadyExistsError(absl::StrCat(path_, " is there already"));
    if (rename(beside_.c_str(), path_.c_str()) == 0)
      return absl::OkStatus();  // No hard links here.
    return Error("cannot name");
  }

 private:
  explicit NewFile(const std::string& path)
      : path_(path), beside_(absl::StrCat(path, ".part.dossier")) {}
  absl::Status Error(absl::string_view what) const {
    return absl::UnavailableError(absl::StrCat(what, " ", path_, ": ", std::strerror(errno)));
  }
  const std::string path_;
  const std::string beside_;
  int fd_ = -1;
  std::uint64_t size_ = 0;
};

// Judged as everybody will judge it, before it leaves the house.
absl::Status CheckItHolds(const std::string& path, const dossier::Trust& trust) {
  dossier::Trust own = trust;
  own.history = nullptr;
  own.no_history = absl::FailedPreconditionError("the copy is what it was made of");
  const absl::StatusOr<dossier::Examination> found = dossier::VerifyFile(path, std::nullopt, own);
  if (!found.ok()) return found.status();
  std::string wrong;
  for (const dossier::Claim& claim : found->claims) {
    if (claim.state == dossier::ClaimState::kDoesNotHold) {
      absl::StrAppend(&wrong, "\n  ", claim.sentence, " Does not hold: ", claim.why);
    }
  }
  if (wrong.empty()) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("no dossier was made, because it would not hold:", wrong));
}

absl::StatusOr<Answer> ExportDossier(Context& context, const DossierArguments& arguments) {
  absl::StatusOr<std::unique_ptr<OfflineTrust>> trust =
      OfflineTrust::Load(context, arguments.believed);
  if (!trust.ok()) return trust.status();
  absl::StatusOr<Belief> belief = ReadBelief(context, arguments.believed);
  if (!belief.ok()) return belief.status();
  const absl::StatusOr<keys::VerifierKey> key = LogToExport(*belief);
  if (!key.ok()) return key.status();
  std::string folder = arguments.believed.mirror;
  if (folder.empty()) {
    absl::StatusOr<std::string> copy = CopyFolder(context, *key);
    if (!copy.ok()) return copy.status();
    folder = *std::move(copy);
  }
  absl::StatusOr<ExportedLog> log = OpenToExport(context, folder, *key);
  if (!log.ok()) return log.status();
  const absl::StatusOr<statement::StatementId> id = ChooseHandover(*log, arguments.handover);
  if (!id.ok()) return id.status();
  const HandoverInLog& handover = log->handovers.at(*id);
  absl::StatusOr<std::vector<dossier::Paper>> papers =
      CollectPapers(context, arguments, *log, handover);
  if (!papers.ok()) return papers.status();

  const std::string path =
      arguments.out.empty() ? absl::StrCat(id->Hex().substr(0, 16), ".dossier") : arguments.out;
  absl::StatusOr<std::unique_ptr<NewFile>> file = NewFile::Create(path);
  if (!file.ok()) return file.status();
  const std::size_t enclosed = papers->size();
  const std::uint64_t leaves = merkle::ToInt(log->log->size());
  keys::Sha256Stream sha256;
  {
    Progress progress("written", leaves, context.console.shows_progress());
    const absl::Status written = dossier::WriteDossier(
        *log->log,
        {.head = {.handover = *id,
                  .log = key->ToString(),
                  .genesis = *log->genesis,
                  .size = log->log->size()},
         .note = log->note,
         .papers = *std::move(papers)},
        [&](keys::ByteView bytes) {
          sha256.Update(bytes);
          return (*file)->Write(bytes);
        },
        [&](std::uint64_t done, std::uint64_t) { progress.Advance(done); });
    if (!written.ok()) return written;
  }
  if (absl::Status synced = (*file)->Sync(); !synced.ok()) return synced;
  if (absl::Status holds = CheckItHolds((*file)->beside(), (*trust)->trust()); !holds.ok()) {
    return holds;
  }
  if (absl::Status named = (*file)->TakePlace(); !named.ok()) return named;
  const std::string digest = sha256.Finish().Hex();
  const nlohmann::json json = {{"file", path},     {"bytes", (*file)->size()},
                               {"sha256", digest}, {"handover", id->Hex()},
                               {"leaves", leaves}, {"papers", enclosed}};
  return Answer{
      .text = absl::StrCat(path, ": handover ", Printable(handover.name), ", the whole log of ",
                           leaves, " leaves, and ", enclosed, " papers; ", (*file)->size(),
                           " bytes\nSHA-256 ", digest,
                           "\nWho judges it needs from elsewhere: the log's key and the digest of "
                           "its Genesis\n  ",
                           key->ToString(), "\n  ", log->genesis->Hex(), "\n"),
      .json = JsonText(json),
      .code = ExitCode::kHolds,
      .next = absl::StrCat("cairn verify ", path)};
}

}  // namespace

void AddDossierCommands(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<DossierArguments>();
  CLI::App* dossier = app.add_subcommand(
      "dossier", "One file with all that an outside judge needs, for ever and without a network");
  dossier->require_subcommand(1);
  CLI::App* out = dossier->add_subcommand(
      "export", "Write the dossier of a handover out of this home's copy of the log");
  out->add_option("HANDOVER", arguments->handover, kHandoverHelp);
  out->add_option("-o,--out", arguments->out,
                  "File; must not be there yet. Default: 16 digits of the id, .dossier");
  out->add_option("--enclose", arguments->enclose,
                  "Enclose a file that a leaf names: an annex, a package's signed manifest; or a "
                  "receipt");
  out->add_flag("--reports", arguments->reports,
                "Enclose the reports that this home has: they speak of single records");
  out->add_flag("--no-receipts", arguments->no_receipts, "Leave this home's receipts out");
  out->add_option("--mirror", arguments->believed.mirror,
                  "Copy of the log; default: the home's (bring it up to date with `log sync`)");
  out->add_option("--vkey,--log-vkey", arguments->believed.vkey, "The log key that is believed");
  out->add_option("--policy", arguments->believed.policy, "Policy file that the result must meet");
  out->add_option("--genesis", arguments->believed.genesis,
                  "Genesis digest as pinned; default: the profile's");
  out->callback([&context, arguments] {
    context.command = [&context, arguments] { return ExportDossier(context, *arguments); };
  });
}

}  // namespace cairn::client
