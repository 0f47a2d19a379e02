#include "client/commands/audit_command.h"

#include <grpcpp/grpcpp.h>
#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/dossier/log_audit.h"
#include "audit/ledger/handover_view.h"
#include "audit/mirror/replay_folder.h"
#include "audit/statement/canonical.h"
#include "cairn/v1/broker.pb.h"
#include "client/commands/believed.h"
#include "client/commands/claims_text.h"
#include "client/commands/handover_id.h"
#include "client/commands/log_copy.h"
#include "client/connection.h"
#include "client/context.h"
#include "keys/encoding.h"

namespace cairn::client {
namespace {

constexpr absl::string_view kBrokerSentence =
    "What the broker answers about parties and handovers is what its log gives.";
// How long to wait for a published checkpoint to reach the leaves that an answer speaks of.
constexpr int kFollowTries = 20;
constexpr std::chrono::milliseconds kFollowPause{250};

struct AuditArguments {
  BeliefArguments believed;
  std::string url;
  bool compare_broker = false;
};

// Compares the broker's answers with a fold that follows the log as it grows.
class BrokerComparison {
 public:
  BrokerComparison(Context& context, const keys::VerifierKey& log, std::string url,
                   std::string folder, ledger::Replay& replay)
      : context_(context),
        log_(log),
        url_(std::move(url)),
        folder_(std::move(folder)),
        replay_(replay) {}

  absl::Status Run();
  int compared() const { return compared_; }

 private:
  absl::Status CompareHandover(const statement::StatementId& id);
  absl::Status CompareParty(Connection& connection, const std::string& party);
  // Folds on until the state is that of `size` leaves, fetching what is missing.
  absl::Status FollowTo(merkle::TreeSize size);
  absl::Status Compare(const google::protobuf::Message& own, const google::protobuf::Message& told,
                       absl::string_view what);

  Context& context_;
  const keys::VerifierKey& log_;
  const std::string url_;
  const std::string folder_;
  ledger::Replay& replay_;
  int compared_ = 0;
};

absl::Status BrokerComparison::FollowTo(merkle::TreeSize size) {
  if (size < replay_.size()) {
    absl::StatusOr<ledger::Replay> earlier = mirror::ReplayFolder(folder_, log_, size);
    if (!earlier.ok()) return earlier.status();
    replay_ = *std::move(earlier);
    return absl::OkStatus();
  }
  for (int attempt = 0; replay_.size() < size; ++attempt) {
    if (url_.empty() || attempt == kFollowTries) {
      return absl::OutOfRangeError(absl::StrCat("the broker answers for ", merkle::ToInt(size),
                                                " leaves, and the log shows ",
                                                merkle::ToInt(replay_.size())));
    }
    if (attempt > 0) std::this_thread::sleep_for(kFollowPause);
    absl::StatusOr<mirror::SyncResult> synced = UpdateCopy(context_, log_, url_, folder_);
    if (!synced.ok()) return synced.status();
    if (synced->checkpoint.size < size) continue;
    absl::StatusOr<OpenedCopy> copy = OpenCopy(folder_, log_);
    if (!copy.ok()) return copy.status();
    if (absl::Status folded = mirror::ReplayLog(*copy->log, size, replay_); !folded.ok()) {
      return folded;
    }
  }
  return absl::OkStatus();
}

absl::Status BrokerComparison::Compare(const google::protobuf::Message& own,
                                       const google::protobuf::Message& told,
                                       absl::string_view what) {
  ++compared_;
  if (statement::SerializeTrusted(own) == statement::SerializeTrusted(told)) {
    return absl::OkStatus();
  }
  return absl::DataLossError(absl::StrCat("the broker's answer about ", what,
                                          " is not what its log gives after ",
                                          merkle::ToInt(replay_.size()), " leaves"));
}

absl::Status BrokerComparison::CompareHandover(const statement::StatementId& id) {
  absl::StatusOr<v1::GetHandoverResponse> told = FetchHandover(context_, id.ToBytes());
  if (!told.ok()) return told.status();
  const merkle::TreeSize size{told->tree_size()};
  if (absl::Status followed = FollowTo(size); !followed.ok()) return followed;
  absl::StatusOr<v1::HandoverState> state = ledger::ReadHandover(replay_.state(), id, size);
  if (!state.ok()) return state.status();
  const std::string what = absl::StrCat("handover ", state->name());
  if (absl::Status same = Compare(*state, told->state(), what); !same.ok()) return same;
  absl::StatusOr<v1::HandoverFacts> facts = ledger::ReadFacts(replay_.state(), id, size);
  if (!facts.ok()) return facts.status();
  return Compare(*facts, told->facts(), absl::StrCat("the facts of ", what));
}

absl::Status BrokerComparison::CompareParty(Connection& connection, const std::string& party) {
  v1::GetPartyRequest request;
  request.set_party(party);
  absl::StatusOr<v1::GetPartyResponse> told =
      connection.Call(&v1::HandoverService::Stub::GetParty, connection.handovers(), request);
  if (!told.ok()) return told.status();
  if (absl::Status followed = FollowTo(merkle::TreeSize{told->tree_size()}); !followed.ok()) {
    return followed;
  }
  absl::StatusOr<v1::PartyState> state = ledger::ReadParty(replay_.state(), party);
  if (!state.ok()) return state.status();
  return Compare(*state, told->party(), absl::StrCat("party ", party));
}

absl::Status BrokerComparison::Run() {
  absl::StatusOr<Connection*> connection = context_.Connect();
  if (!connection.ok()) return connection.status();
  const auto handovers = ledger::ListHandovers(replay_.state());
  if (!handovers.ok()) return handovers.status();
  const auto parties = ledger::ListParties(replay_.state());
  if (!parties.ok()) return parties.status();
  for (const statement::StatementId& id : *handovers) {
    if (absl::Status same = CompareHandover(id); !same.ok()) return same;
  }
  for (const std::string& party : *parties) {
    if (absl::Status same = CompareParty(**connection, party); !same.ok()) return same;
  }
  return absl::OkStatus();
}

// A broker that cannot be asked leaves the claim unchecked; that counts only if it was asked for.
void AddComparison(Context& context, const AuditArguments& arguments, const keys::VerifierKey& log,
                   const std::string& url, const std::string& folder, dossier::LogAudit& audit) {
  const dossier::Weight weight =
      arguments.compare_broker ? dossier::Weight::kEssential : dossier::Weight::kBeside;
  const absl::StatusOr<Profile> profile = context.GetProfile();
  const bool reachable = profile.ok() && !profile->broker.empty() &&
                         (profile->log_vkey == log.ToString() || !context.options.broker.empty());
  if (!reachable) {
    return audit.found.Skips("broker", kBrokerSentence, "no broker of this log is known here",
                             weight);
  }
  if (dossier::WorstOf(audit.found) == dossier::ClaimState::kDoesNotHold) {
    return audit.found.Skips("broker", kBrokerSentence, "the log itself does not stand", weight);
  }
  const std::uint64_t leaves = merkle::ToInt(audit.replay.size());
  BrokerComparison comparison(context, log, url, folder, audit.replay);
  const absl::Status same = comparison.Run();
  if (same.ok()) {
    return audit.found.Holds(
        "broker", kBrokerSentence,
        absl::StrCat(comparison.compared(), " answers compared, from ", leaves, " leaves on"),
        weight);
  }
  if (absl::IsDataLoss(same)) {
    return audit.found.Fails("broker", kBrokerSentence, same.message(), weight);
  }
  audit.found.Skips("broker", kBrokerSentence, same.message(), weight);
}

// What a log that cannot even be copied comes to: a verdict if it contradicts itself.
absl::StatusOr<Answer> FailedCopy(const absl::Status& why, const std::string& url,
                                  const Belief& belief) {
  if (!absl::IsDataLoss(why) && !absl::IsUnauthenticated(why)) return why;
  dossier::Examination found{.name = url, .kind = "log", .claims = {}, .facts = {}};
  found.Fails("log-signature", "The log shows one history, signed with the key that you believe.",
              why.message());
  return ClaimsAnswer({found}, belief.remarks);
}

absl::StatusOr<keys::VerifierKey> OneLog(const Belief& belief) {
  if (belief.policy.has_value() && belief.policy->logs().size() == 1) {
    return belief.policy->logs().front().key;
  }
  return UsageError(belief.policy.has_value()
                        ? "the policy names several logs; say which one with --vkey"
                        : "which log? Give --vkey VKEY or --policy FILE, or pin one with `cairn "
                          "log trust`");
}

absl::StatusOr<Answer> Audit(Context& context, const AuditArguments& arguments) {
  absl::StatusOr<Belief> belief = ReadBelief(context, arguments.believed);
  if (!belief.ok()) return belief.status();
  const absl::StatusOr<keys::VerifierKey> log = OneLog(*belief);
  if (!log.ok()) return log.status();
  std::string folder = arguments.believed.mirror;
  std::string url;
  if (folder.empty()) {
    absl::StatusOr<std::string> where = LogUrl(context, arguments.url);
    if (!where.ok()) return where.status();
    url = *std::move(where);
    absl::StatusOr<std::string> copy = CopyFolder(context, *log);
    if (!copy.ok()) return copy.status();
    folder = *std::move(copy);
    const absl::StatusOr<mirror::SyncResult> synced = UpdateCopy(context, *log, url, folder);
    if (!synced.ok()) return FailedCopy(synced.status(), url, *belief);
  }
  mirror::FolderSource source(folder);
  std::optional<Progress> progress;
  absl::StatusOr<dossier::LogAudit> audit =
      dossier::AuditLog(source, *log, {.policy = belief->policy, .genesis = belief->genesis},
                        [&](std::uint64_t done, std::uint64_t total) {
                          if (!progress.has_value())
                            progress.emplace("audited", total, !context.console.json());
                          progress->Advance(done);
                        });
  progress.reset();
  if (!audit.ok()) return audit.status();
  if (arguments.compare_broker || arguments.believed.mirror.empty()) {
    AddComparison(context, arguments, *log, url, folder, *audit);
  }
  return ClaimsAnswer({audit->found}, belief->remarks);
}

}  // namespace

void AddAuditCommand(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<AuditArguments>();
  CLI::App* audit = app.add_subcommand(
      "audit", "Download a log, verify every signature, fold it again, compare with the broker");
  CLI::Option* url = audit->add_option("--url", arguments->url,
                                       "Prefix of the log's tiles; default: the profile's");
  audit
      ->add_option("--mirror", arguments->believed.mirror,
                   "Audit this folder with a copy of the log instead; opens no connection to it")
      ->excludes(url);
  audit->add_option("--vkey,--log-vkey", arguments->believed.vkey,
                    "The log key; default: the policy's or the profile's");
  audit->add_option("--genesis", arguments->believed.genesis,
                    "Genesis digest as pinned; default: the profile's");
  audit->add_option("--policy", arguments->believed.policy,
                    "Policy file: which witnesses are asked for");
  audit->add_flag("--compare-broker", arguments->compare_broker,
                  "Exit with 3 if the broker cannot be asked");
  audit->callback([&context, arguments] {
    context.command = [&context, arguments] { return Audit(context, *arguments); };
  });
}

}  // namespace cairn::client
