#include "client/commands/believed.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/note/checkpoint.h"
#include "audit/note/note.h"
#include "client/console.h"
#include "client/home.h"
#include "client/profile.h"
#include "keys/encoding.h"
#include "keys/key_id.h"

namespace cairn::client {
namespace {

constexpr char kNoLogKey[] =
    "no log key is believed: give --policy FILE or --log-vkey VKEY, or pin one with `cairn log "
    "trust`";

absl::StatusOr<keys::VerifierKey> LogKeyOf(const std::string& text, const char* where) {
  absl::StatusOr<keys::VerifierKey> key = keys::VerifierKey::Parse(text);
  if (!key.ok()) return UsageError(absl::StrCat(where, ": ", key.status().message()));
  if (key->type() == keys::NoteKeyType::kEd25519) return key;
  return UsageError(absl::StrCat(where, " is a witness's key, not a log's"));
}

absl::StatusOr<note::Policy> PolicyOf(const keys::VerifierKey& log) {
  return note::Policy::Create({{log, ""}}, {}, {}, "");
}

bool Lists(const note::Policy& policy, const keys::VerifierKey& key) {
  return std::any_of(policy.logs().begin(), policy.logs().end(),
                     [&key](const note::Policy::Log& log) { return log.key == key; });
}

absl::StatusOr<note::Policy> ReadPolicy(const std::string& path) {
  absl::StatusOr<keys::Bytes> text = ReadFile(path, note::kMaxPolicyBytes);
  if (!text.ok()) return text.status();
  absl::StatusOr<note::Policy> policy = note::Policy::Parse(*text);
  if (policy.ok()) return policy;
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", policy.status().message()));
}

// --policy and --log-vkey, either or both.
absl::Status TakeFlags(const BeliefArguments& arguments, Belief& belief) {
  if (!arguments.policy.empty()) {
    absl::StatusOr<note::Policy> policy = ReadPolicy(arguments.policy);
    if (!policy.ok()) return policy.status();
    belief.policy = *std::move(policy);
  }
  if (!arguments.final_policy.empty()) {
    absl::StatusOr<note::Policy> policy = ReadPolicy(arguments.final_policy);
    if (!policy.ok()) return policy.status();
    belief.final_policy = *std::move(policy);
  }
  if (arguments.vkey.empty()) return absl::OkStatus();
  const absl::StatusOr<keys::VerifierKey> key = LogKeyOf(arguments.vkey, "--log-vkey");
  if (!key.ok()) return key.status();
  if (!belief.policy.has_value()) {
    absl::StatusOr<note::Policy> policy = PolicyOf(*key);
    if (!policy.ok()) return policy.status();
    belief.policy = *std::move(policy);
    return absl::OkStatus();
  }
  if (!Lists(*belief.policy, *key)) {
    belief.remarks.push_back(
        absl::StrCat(arguments.policy,
                     " does not list the log key of --log-vkey; the flag decides which log is "
                     "believed, the policy which witnesses are asked for"));
  }
  const note::Policy& given = *belief.policy;
  absl::StatusOr<note::Policy> narrowed =
      note::Policy::Create({{*key, ""}}, given.witnesses(), given.groups(), given.quorum());
  if (!narrowed.ok()) return narrowed.status();
  belief.policy = *std::move(narrowed);
  return absl::OkStatus();
}

absl::Status TakeProfile(const Profile& profile, const BeliefArguments& arguments, Belief& belief) {
  if (profile.log_vkey.empty()) return absl::OkStatus();
  const absl::StatusOr<keys::VerifierKey> pinned = LogKeyOf(profile.log_vkey, "the profile's vkey");
  if (!pinned.ok()) return pinned.status();
  if (!belief.policy.has_value()) {
    absl::StatusOr<note::Policy> policy = PolicyOf(*pinned);
    if (!policy.ok()) return policy.status();
    belief.policy = *std::move(policy);
  }
  belief.from_profile = Lists(*belief.policy, *pinned);
  if (!belief.from_profile && arguments.vkey.empty()) {
    belief.remarks.push_back(absl::StrCat(arguments.policy, " names another log than the profile (",
                                          pinned->name(), "); the policy decides"));
  }
  if (belief.from_profile && arguments.genesis.empty() && !profile.genesis.empty()) {
    const absl::StatusOr<keys::Digest> genesis = keys::Digest::FromHex(profile.genesis);
    if (!genesis.ok()) return genesis.status();
    belief.genesis = *genesis;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Belief> ReadBelief(const Context& context, const BeliefArguments& arguments) {
  Belief belief;
  if (absl::Status taken = TakeFlags(arguments, belief); !taken.ok()) return taken;
  if (!arguments.genesis.empty()) {
    const absl::StatusOr<keys::Digest> genesis = keys::Digest::FromHex(arguments.genesis);
    if (!genesis.ok()) return UsageError("--genesis is 64 lowercase hexadecimal digits");
    belief.genesis = *genesis;
  }
  // Who verifies for the first time has no home and no profile: that is no error.
  const absl::StatusOr<Profile> profile = context.GetProfile();
  if (profile.ok()) {
    if (absl::Status taken = TakeProfile(*profile, arguments, belief); !taken.ok()) return taken;
  } else if (!absl::IsNotFound(profile.status()) && !absl::IsFailedPrecondition(profile.status())) {
    return profile.status();
  }
  return belief;
}

absl::Status OfflineTrust::OpenHistory(const std::string& folder) {
  auto source = std::make_unique<mirror::FolderSource>(folder);
  const absl::StatusOr<keys::Bytes> note = mirror::FetchCheckpoint(*source);
  if (absl::IsNotFound(note.status())) {
    return absl::FailedPreconditionError(
        "there is no copy of the log to read who its parties are from: make one with `cairn log "
        "sync`, or name one with --mirror FOLDER");
  }
  if (!note.ok()) return note.status();
  const absl::StatusOr<std::string> origin = note::ClaimedOrigin(keys::AsBytes(*note));
  if (!origin.ok()) return absl::DataLossError(origin.status().message());
  for (const note::Policy::Log& log : belief_.policy->logs()) {
    if (log.key.name() != *origin) continue;
    absl::StatusOr<std::unique_ptr<mirror::LogReader>> reader =
        mirror::LogReader::Open(*source, log.key);
    if (!reader.ok()) return reader.status();
    absl::StatusOr<std::unique_ptr<dossier::KeyHistory>> history =
        dossier::KeyHistory::Create(**reader, *belief_.genesis);
    if (!history.ok()) return history.status();
    source_ = std::move(source);
    log_ = *std::move(reader);
    history_ = *std::move(history);
    return absl::OkStatus();
  }
  return absl::FailedPreconditionError(
      absl::StrCat(folder, " is a copy of a log that is not believed here"));
}

absl::StatusOr<std::unique_ptr<OfflineTrust>> OfflineTrust::Load(const Context& context,
                                                                 const BeliefArguments& arguments) {
  std::unique_ptr<OfflineTrust> loaded(new OfflineTrust());
  absl::StatusOr<Belief> belief = ReadBelief(context, arguments);
  if (!belief.ok()) return belief.status();
  loaded->belief_ = *std::move(belief);
  dossier::Trust& trust = loaded->trust_;
  trust.policy = loaded->belief_.policy;
  trust.final_policy = loaded->belief_.final_policy;
  trust.genesis = loaded->belief_.genesis;
  trust.why_no_policy = kNoLogKey;
  if (!arguments.operator_key.empty()) {
    const absl::StatusOr<keys::Bytes> typed =
        keys::ParseHex(arguments.operator_key, keys::kTypedPublicKeySize);
    if (!typed.ok())
      return UsageError("--operator-key is 66 hexadecimal digits, beginning with 01");
    const absl::StatusOr<keys::SigningPublicKey> key =
        keys::SigningPublicKey::FromTypedBytes(keys::AsBytes(*typed));
    if (!key.ok()) return UsageError(absl::StrCat("--operator-key: ", key.status().message()));
    trust.operator_key = *key;
  }
  std::string folder = arguments.mirror;
  if (const absl::StatusOr<Home> home = context.GetHome();
      folder.empty() && home.ok() && loaded->belief_.from_profile) {
    folder = home->Log();
  }
  if (!trust.policy.has_value()) {
    trust.no_history = absl::FailedPreconditionError(kNoLogKey);
  } else if (!loaded->belief_.genesis.has_value()) {
    trust.no_history = absl::FailedPreconditionError(
        "no genesis digest is pinned: give --genesis, or pin it with `cairn log trust`");
  } else if (folder.empty()) {
    trust.no_history = absl::FailedPreconditionError(
        "there is no copy of the log to read who its parties are from: name one with --mirror "
        "FOLDER");
  } else {
    trust.no_history = loaded->OpenHistory(folder);
  }
  trust.history = loaded->history_.get();
  return loaded;
}

}  // namespace cairn::client
