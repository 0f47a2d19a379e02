#include "audit/mirror/monitor.h"

#include <charconv>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "audit/ledger/handover_view.h"
#include "audit/ledger/read.h"
#include "audit/mirror/files.h"
#include "audit/mirror/log_reader.h"
#include "audit/mirror/replay_folder.h"
#include "audit/mirror/sync_folder.h"
#include "cairn/v1/state.pb.h"
#include "keys/encoding.h"

namespace cairn::mirror {
namespace {

constexpr absl::string_view kMonitorMagic = "cairn monitor v1\n";
constexpr std::size_t kMaxMonitorFile = std::size_t{64} * 1024 * 1024;
constexpr std::size_t kMaxOnce = 500'000;

struct MonitorFile {
  std::string vkey;
  merkle::TreeSize since{};
  std::uint64_t since_s = 0;
  merkle::TreeSize told{};
  std::string root;  // Hex.
  std::set<std::string> once;
};

bool TakeNumber(absl::string_view text, std::uint64_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

bool TakeFact(absl::string_view line, MonitorFile& file) {
  const std::vector<absl::string_view> words = absl::StrSplit(line, ' ');
  std::uint64_t size = 0;
  if (words.size() == 2 && words[0] == "log") {
    file.vkey = std::string(words[1]);
  } else if (words.size() == 3 && words[0] == "since" && TakeNumber(words[1], size) &&
             TakeNumber(words[2], file.since_s)) {
    file.since = merkle::TreeSize{size};
  } else if (words.size() == 3 && words[0] == "told" && TakeNumber(words[1], size)) {
    file.told = merkle::TreeSize{size};
    file.root = std::string(words[2]);
  } else if (words.size() == 2 && words[0] == "once" && file.once.size() < kMaxOnce) {
    file.once.insert(std::string(words[1]));
  } else {
    return false;
  }
  return true;
}

absl::StatusOr<MonitorFile> ParseMonitorFile(const std::string& path, absl::string_view text) {
  MonitorFile file;
  bool good = absl::ConsumePrefix(&text, kMonitorMagic) && absl::ConsumeSuffix(&text, "\n");
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    good = good && TakeFact(line, file);
  }
  if (good && !file.vkey.empty() && file.since_s != 0) return file;
  return absl::DataLossError(absl::StrCat(
      path,
      " is not what a monitor wrote. What it has proved is lost: keep the folder to look at, "
      "and begin with another one"));
}

std::string Quote(absl::string_view text) {
  std::string out;
  for (const char c : text) out.push_back(static_cast<unsigned char>(c) < 0x20 ? '?' : c);
  return out;
}

// "custody owed by receiving-party"
std::string MatterText(const v1::HandoverState& state, const v1::Matter& matter) {
  std::string kind = v1::MatterKind_Name(matter.kind()).substr(sizeof("MATTER_KIND_") - 1);
  for (char& c : kind) c = c == '_' ? ' ' : static_cast<char>(c | 0x20);
  return absl::StrCat(
      kind, " owed", matter.party().empty() ? "" : " by ", matter.party(), " in ", state.name(),
      matter.about().empty() ? "" : ", about ",
      keys::Hex(
          keys::AsBytes(matter.about()).first(std::min<std::size_t>(matter.about().size(), 8))));
}

}  // namespace

std::string AlertName(AlertKind kind) {
  switch (kind) {
    case AlertKind::kOwnAct:
      return "own-act";
    case AlertKind::kFault:
      return "fault";
    case AlertKind::kOverdue:
      return "overdue";
    case AlertKind::kTimeOwed:
      return "time-owed";
    case AlertKind::kOtherHistory:
      return "other-history";
    case AlertKind::kSpoiled:
      return "spoiled";
    case AlertKind::kShrunk:
      return "shrunk";
    case AlertKind::kUnreachable:
      return "unreachable";
  }
  return "unknown";
}

bool IsMisbehaviour(AlertKind kind) {
  return kind == AlertKind::kFault || kind == AlertKind::kOtherHistory ||
         kind == AlertKind::kSpoiled || kind == AlertKind::kShrunk;
}

absl::StatusOr<std::unique_ptr<Monitor>> Monitor::Open(Options options, std::uint64_t now_s) {
  std::unique_ptr<Monitor> monitor(new Monitor(std::move(options)));
  if (absl::Status loaded = monitor->Load(now_s); !loaded.ok()) return loaded;
  return monitor;
}

absl::Status Monitor::Load(std::uint64_t now_s) {
  if (absl::Status made = MakeFolders(options_.folder); !made.ok()) return made;
  const std::string path = options_.folder + "/monitor";
  const absl::StatusOr<keys::Bytes> text = ReadFileUpTo(path, kMaxMonitorFile);
  if (absl::IsNotFound(text.status())) {
    since_s_ = now_s;
    return absl::OkStatus();
  }
  if (!text.ok()) return text.status();
  absl::StatusOr<MonitorFile> file = ParseMonitorFile(path, *text);
  if (!file.ok()) return file.status();
  if (file->vkey != options_.log.ToString()) {
    return absl::FailedPreconditionError(
        absl::StrCat(options_.folder, " belongs to the watch over another log, ", file->vkey));
  }
  since_ = file->since;
  since_s_ = file->since_s;
  once_ = std::move(file->once);
  if (file->told == merkle::TreeSize{0}) return absl::OkStatus();
  FolderSource copy(CopyFolder());
  const auto reader = LogReader::Open(copy, options_.log);
  if (!reader.ok()) return reader.status();
  const auto root = (*reader)->RootAt(file->told);
  if (!root.ok() || root->digest.Hex() != file->root) {
    return absl::DataLossError(
        absl::StrCat("the copy in ", CopyFolder(), " is not the one that this monitor has proved"));
  }
  return CatchUp(file->told, nullptr);
}

void Monitor::TakeLeaf(const ledger::ReplayStep& step, std::vector<Alert>& alerts) const {
  if (step.has_fault()) {
    alerts.push_back({AlertKind::kFault, step.leaf,
                      absl::StrCat("leaf ", merkle::ToInt(step.leaf), " should not be there: ",
                                   step.refusal.has_value() ? Quote(step.refusal->message())
                                                            : step.malformed.message())});
  }
  if (!step.statement.has_value()) return;
  const v1::Statement& said = step.statement->statement();
  for (const std::string& party : options_.parties) {
    if (said.actor() != party) continue;
    alerts.push_back({AlertKind::kOwnAct, step.leaf,
                      absl::StrCat("leaf ", merkle::ToInt(step.leaf), ": ",
                                   std::string(statement::BodyName(said)), " by ", party,
                                   ", with the key ", step.statement->key().Hex().substr(0, 16))});
  }
}

// Folds the copy up to `end`, or to where there are alerts enough for one look. Without `alerts`
// they were given out before.
absl::Status Monitor::CatchUp(merkle::TreeSize end, std::vector<Alert>* alerts) {
  FolderSource copy(CopyFolder());
  const auto reader = LogReader::Open(copy, options_.log);
  if (!reader.ok()) return reader.status();
  const absl::Status folded =
      ReplayLog(**reader, end, replay_, [&](const ledger::ReplayStep& step, keys::ByteView) {
        if (alerts == nullptr) return absl::OkStatus();
        TakeLeaf(step, *alerts);
        return alerts->size() < options_.alerts_a_look ? absl::OkStatus()
                                                       : absl::CancelledError("enough alerts");
      });
  return absl::IsCancelled(folded) ? absl::OkStatus() : folded;
}

void Monitor::TellOnce(const std::string& about, Alert alert, std::vector<Alert>& alerts) {
  const std::string digest =
      keys::Sha256(keys::AsBytes(absl::StrCat(AlertName(alert.kind), "\n", about))).Hex();
  if (once_.contains(digest)) return;
  if (once_.size() < kMaxOnce) once_.insert(digest);  // Beyond: rather told again than not at all.
  alerts.push_back(std::move(alert));
}

absl::Status Monitor::FindOverdue(std::uint64_t now_s, std::vector<Alert>& alerts) {
  const auto handovers = ledger::ListHandovers(replay_.state());
  if (!handovers.ok()) return handovers.status();
  for (const statement::StatementId& id : *handovers) {
    const auto state = ledger::ReadHandover(replay_.state(), id, replay_.size());
    if (!state.ok()) return state.status();
    for (const v1::Matter& matter : state->outstanding()) {
      if (!matter.overdue()) continue;
      const std::string text = MatterText(*state, matter);
      TellOnce(absl::StrCat(id.Hex(), matter.kind(), "\n", matter.party(), "\n", matter.about(),
                            "\n", matter.due_ms()),
               {AlertKind::kOverdue, std::nullopt, absl::StrCat("overdue: ", text)}, alerts);
    }
  }
  const auto due = ledger::NextDue(replay_.state());
  if (!due.ok()) return due.status();
  if (due->has_value() && now_s > **due / 1000 + kTimeGraceS) {
    TellOnce(absl::StrCat(**due),
             {AlertKind::kTimeOwed, std::nullopt,
              "a due date has passed by this machine's clock, and the log's time stands before it: "
              "the operator owes a Witnessed leaf"},
             alerts);
  }
  return absl::OkStatus();
}

void Monitor::TakeFailure(const absl::Status& status, std::vector<Alert>& alerts) {
  const std::string message(status.message());
  if (absl::IsDataLoss(status)) {
    const AlertKind kind =
        ShowsTwoHistories(status) ? AlertKind::kOtherHistory : AlertKind::kSpoiled;
    TellOnce(message, {kind, std::nullopt, message}, alerts);
    return;
  }
  if (++failures_ != kFailuresBeforeAlert) return;
  alerts.push_back({AlertKind::kUnreachable, std::nullopt,
                    absl::StrCat(failures_, " looks in a row failed: ", message)});
}

absl::StatusOr<Look> Monitor::LookAt(Source& source, std::uint64_t now_s) {
  Look look;
  const merkle::TreeSize before = replay_.size();
  const absl::StatusOr<SyncResult> synced = SyncFolder(CopyFolder(), source, options_.log);
  if (absl::IsFailedPrecondition(synced.status())) return synced.status();
  if (!synced.ok()) {
    TakeFailure(synced.status(), look.alerts);
  } else {
    failures_ = 0;
    if (since_ == merkle::TreeSize{0} && before == merkle::TreeSize{0}) {
      since_ = synced->checkpoint.size;
    }
    if (synced->shown < synced->checkpoint.size) {
      const std::uint64_t shown = merkle::ToInt(synced->shown);
      TellOnce(absl::StrCat(shown, " ", merkle::ToInt(synced->checkpoint.size)),
               {AlertKind::kShrunk, std::nullopt,
                absl::StrCat("the log shows ", shown, " leaves, and has shown ",
                             merkle::ToInt(synced->checkpoint.size))},
               look.alerts);
    }
    absl::Status caught = CatchUp(synced->checkpoint.size, &look.alerts);
    look.more = replay_.size() < synced->checkpoint.size;
    if (caught.ok() && !look.more) caught = FindOverdue(now_s, look.alerts);
    if (!caught.ok()) return caught;
  }
  look.proved = replay_.size();
  look.fresh = merkle::TreeSize{merkle::ToInt(replay_.size()) - merkle::ToInt(before)};
  look.since = since_;
  look.since_s = since_s_;
  return look;
}

absl::Status Monitor::Keep() {
  std::string root(keys::kDigestSize * 2, '0');
  if (replay_.size() != merkle::TreeSize{0}) {
    FolderSource copy(CopyFolder());
    const auto reader = LogReader::Open(copy, options_.log);
    if (!reader.ok()) return reader.status();
    const auto at = (*reader)->RootAt(replay_.size());
    if (!at.ok()) return at.status();
    root = at->digest.Hex();
  }
  std::string text = absl::StrCat(kMonitorMagic, "log ", options_.log.ToString(), "\nsince ",
                                  merkle::ToInt(since_), " ", since_s_, "\ntold ",
                                  merkle::ToInt(replay_.size()), " ", root, "\n");
  for (const std::string& digest : once_) absl::StrAppend(&text, "once ", digest, "\n");
  return WriteDurably(options_.folder + "/monitor", keys::AsBytes(text));
}

}  // namespace cairn::mirror
