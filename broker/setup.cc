#include "broker/setup.h"

#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "audit/ledger/fold.h"
#include "audit/ledger/read.h"
#include "audit/log/rocks_store.h"
#include "audit/log/sequencer.h"
#include "audit/note/checkpoint.h"
#include "audit/note/policy.h"
#include "audit/statement/canonical.h"
#include "broker/new_file.h"
#include "broker/operator_voice.h"
#include "cairn/v1/state.pb.h"
#include "keys/possession.h"
#include "keys/regular_file.h"
#include "keys/sealing.h"
#include "keys/vkey.h"

namespace cairn::broker {
namespace {

constexpr std::size_t kMaxSetupFile = std::size_t{64} * 1024;

std::string UnderFolder(const std::string& folder, const std::string& path) {
  return (std::filesystem::path(folder) / path).lexically_normal().string();
}

absl::StatusOr<std::string> ReadSmallFile(const std::string& path) {
  absl::StatusOr<keys::Bytes> bytes = keys::ReadRegularFile(path, kMaxSetupFile);
  if (absl::IsResourceExhausted(bytes.status())) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": larger than ", kMaxSetupFile, " bytes"));
  }
  return bytes;
}

// The operator's keys while they are made: private parts on their way to files, public parts on
// theirs into the entry.
class OperatorKeys {
 public:
  OperatorKeys(const InitRequest& request, std::string folder, const keys::SecretBytes& passphrase)
      : request_(request), folder_(std::move(folder)), passphrase_(passphrase) {
    entry_.set_party(request.operator_party);
    entry_.set_name(request.operator_name);
  }

  absl::Status MakeAll() {
    keys::SigningPrivateKey first = keys::SigningPrivateKey::Generate();
    AddGrant(first.Public().TypedBytes(), "operator", {v1::KEY_ROLE_ALL_ACTS}, first);
    // The program's key and the desk's are two: each has a chain of its own, so that a person can
    // speak for the operator while the broker runs.
    keys::SigningPrivateKey desk = keys::SigningPrivateKey::Generate();
    AddGrant(desk.Public().TypedBytes(), "operator-desk", {v1::KEY_ROLE_ALL_ACTS}, desk);
    if (absl::Status kept = Keep("operator-desk", std::move(desk)); !kept.ok()) return kept;
    keys::SigningPrivateKey recovery = keys::SigningPrivateKey::Generate();
    AddGrant(recovery.Public().TypedBytes(), "recovery", {v1::KEY_ROLE_RECOVERY}, recovery);
    for (const char* const name : {"operator-sealing", "operator-sealing-2"}) {
      keys::SealingPrivateKey sealing = keys::SealingPrivateKey::Generate();
      AddGrant(sealing.Public().TypedBytes(), name, {v1::KEY_ROLE_SEALING}, first);
      if (absl::Status kept = Keep(name, std::move(sealing)); !kept.ok()) return kept;
    }
    if (absl::Status kept = Keep("operator", std::move(first)); !kept.ok()) return kept;
    return Keep("operator-recovery", std::move(recovery));
  }

  absl::Status Keep(const std::string& name, keys::PrivateKey key) {
    const std::string path = absl::StrCat(folder_, "/", name, ".key");
    paths_.push_back(path);
    return keys::WriteKeyFile(path, name, key, passphrase_, request_.cost);
  }

  const v1::PartyEntry& entry() const { return entry_; }
  std::vector<std::string> paths() const { return paths_; }

 private:
  void AddGrant(const keys::Bytes& typed_key, const std::string& name,
                std::initializer_list<v1::KeyRole> roles, const keys::SigningPrivateKey& prover) {
    v1::KeyGrant* const grant = entry_.add_keys();
    grant->set_key(typed_key);
    grant->set_name(name);
    for (const v1::KeyRole role : roles) grant->add_roles(role);
    grant->set_possession(keys::ProvePossession(prover, request_.origin, request_.operator_party,
                                                keys::AsBytes(typed_key)));
  }

  const InitRequest& request_;
  const std::string folder_;
  const keys::SecretBytes& passphrase_;
  v1::PartyEntry entry_;
  std::vector<std::string> paths_;
};

Config ConfigFor(const InitRequest& request) {
  Config config;
  config.origin = request.origin;
  config.data = request.data;
  config.operator_party = request.operator_party;
  config.log_key = request.keys + "/log.key";
  config.operator_key = request.keys + "/operator.key";
  config.sealing_key = request.keys + "/operator-sealing.key";
  config.passphrase_file = request.passphrase_file;
  if (!request.grpc_listen.empty()) config.grpc_listen = request.grpc_listen;
  if (!request.http_listen.empty()) config.http_listen = request.http_listen;
  if (request.witnessed_ms != 0) config.witnessed_ms = request.witnessed_ms;
  return config;
}

absl::Status CheckInit(const InitRequest& request, const InitResult& result) {
  const Config config = ConfigFor(request);
  const std::pair<const char*, absl::Status> checks[] = {
      {"--origin", CheckLogName(config.origin)},
      {"--grpc-listen", CheckListen(config.grpc_listen, true)},
      {"--http-listen", CheckListen(config.http_listen, false)}};
  for (const auto& [option, status] : checks) {
    if (!status.ok()) return SettingStatus(option, status);
  }
  if (request.operator_party.empty() || request.operator_name.empty()) {
    return absl::InvalidArgumentError("give the operator's handle and name");
  }
  for (const std::string& path : {result.config_path, result.vkey_path, result.entry_path}) {
    if (std::filesystem::exists(path)) {
      return absl::AlreadyExistsError(
          absl::StrCat(path, " is there already; nothing is overwritten"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::PartyEntry> ReadEntryFile(const std::string& path) {
  const absl::StatusOr<std::string> bytes = ReadSmallFile(path);
  if (!bytes.ok()) return bytes.status();
  v1::PartyEntry entry;
  const absl::Status parsed = statement::ParseCanonical(keys::AsBytes(*bytes), entry);
  if (parsed.ok()) return entry;
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": not an entry as `cairn party entry` writes it: ", parsed.message()));
}

// The text of a policy file, or that nobody is asked for.
absl::StatusOr<std::string> PolicyText(const std::string& path, const std::string& vkey) {
  if (path.empty()) return absl::StrCat("log ", vkey, "\nquorum none\n");
  absl::StatusOr<std::string> text = ReadSmallFile(path);
  if (!text.ok()) return text.status();
  const auto policy = note::Policy::Parse(*text);
  if (policy.ok()) return text;
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", policy.status().message()));
}

// With the state under it.
struct ComposedGenesis {
  v1::Statement statement;
  ledger::Replay before;
};

absl::StatusOr<v1::Statement> ComposeGenesis(const std::string& vkey,
                                             const GenesisRequest& request) {
  v1::Statement statement;
  v1::Genesis& genesis = *statement.mutable_genesis();
  genesis.set_log_vkey(vkey);
  absl::StatusOr<v1::PartyEntry> entry = ReadEntryFile(request.operator_entry);
  if (!entry.ok()) return entry.status();
  *genesis.mutable_operator_() = *std::move(entry);
  for (const std::string& path : request.registrar_entries) {
    entry = ReadEntryFile(path);
    if (!entry.ok()) return entry.status();
    *genesis.add_registrars() = *std::move(entry);
  }
  genesis.set_registrar_threshold(request.threshold != 0
                                      ? request.threshold
                                      : static_cast<std::uint32_t>(genesis.registrars_size()));
  genesis.set_fold_version(ledger::kFoldVersion);
  const absl::StatusOr<std::string> progress = PolicyText(request.progress_policy, vkey);
  if (!progress.ok()) return progress.status();
  const absl::StatusOr<std::string> at_last = PolicyText(request.final_policy, vkey);
  if (!at_last.ok()) return at_last.status();
  genesis.set_progress_policy(*progress);
  genesis.set_final_policy(*at_last);
  return statement;
}

absl::StatusOr<ComposedGenesis> ComposeAll(const Config& config, const std::string& vkey,
                                           const GenesisRequest& request) {
  absl::StatusOr<v1::Statement> statement = ComposeGenesis(vkey, request);
  if (!statement.ok()) return statement.status();
  ComposedGenesis composed{.statement = *std::move(statement), .before = {}};
  if (request.predecessor.folder.empty()) return composed;
  absl::StatusOr<CarriedLog> carried = CarryPredecessor(config.data, request.predecessor);
  if (!carried.ok()) return carried.status();
  *composed.statement.mutable_genesis()->mutable_predecessor() = carried->predecessor;
  composed.before = std::move(carried->replay);
  return composed;
}

// The log as it stands, if it has a Genesis: the same one, or a reason not to go on.
absl::StatusOr<GenesisResult> ExistingGenesis(const log::Store& store, const v1::LogObject& log,
                                              const v1::Genesis& wanted) {
  const absl::StatusOr<keys::Bytes> entry = store.ReadEntry(merkle::LeafIndex{0});
  if (!entry.ok()) return entry.status();
  v1::LogEntry leaf;
  v1::SignedStatement wrapper;
  v1::Statement statement;
  if (!leaf.ParseFromString(*entry) || !wrapper.ParseFromString(leaf.signed_statement()) ||
      !statement.ParseFromString(wrapper.statement())) {
    return absl::DataLossError("leaf 0 cannot be read; run `cairn-broker fsck`");
  }
  const std::string digest = keys::Digest::FromBytes(keys::AsBytes(log.genesis())).value().Hex();
  if (statement::SerializeTrusted(statement.genesis()) != statement::SerializeTrusted(wanted)) {
    return absl::FailedPreconditionError(
        absl::StrCat("the log has another Genesis already, ", digest, "; a log has one for ever"));
  }
  return GenesisResult{.digest = digest, .already_there = true};
}

}  // namespace

absl::StatusOr<InitResult> Initialize(const InitRequest& request,
                                      const keys::SecretBytes& passphrase) {
  std::error_code error;
  const std::filesystem::path config_path = std::filesystem::absolute(request.config_path, error);
  const std::string base = config_path.parent_path().string();
  const std::string keys_folder = UnderFolder(base, request.keys);
  InitResult result{.vkey = {},
                    .vkey_path = UnderFolder(base, "log.vkey"),
                    .config_path = config_path.string(),
                    .entry_path = UnderFolder(base, "operator.entry"),
                    .key_paths = {}};
  if (absl::Status checked = CheckInit(request, result); !checked.ok()) return checked;
  if (absl::Status made = MakePrivateFolder(keys_folder); !made.ok()) return made;

  OperatorKeys made(request, keys_folder, passphrase);
  keys::SigningPrivateKey log = keys::SigningPrivateKey::Generate();
  const auto verifier =
      keys::VerifierKey::Create(request.origin, keys::NoteKeyType::kEd25519, log.Public());
  if (!verifier.ok()) return verifier.status();
  if (absl::Status kept = made.Keep("log", std::move(log)); !kept.ok()) return kept;
  if (absl::Status kept = made.MakeAll(); !kept.ok()) return kept;
  const absl::StatusOr<keys::Bytes> entry = statement::CanonicalBytes(made.entry());
  if (!entry.ok()) return entry.status();
  if (absl::Status written = WriteNewFile(result.entry_path, *entry); !written.ok()) {
    return written;
  }
  result.vkey = verifier->ToString();
  result.key_paths = made.paths();
  if (absl::Status written = WriteNewFile(result.vkey_path, result.vkey + "\n"); !written.ok()) {
    return written;
  }
  const absl::Status written = WriteNewFile(result.config_path, FormatConfig(ConfigFor(request)));
  if (!written.ok()) return written;
  return result;
}

absl::StatusOr<GenesisResult> MakeGenesis(const Config& config, const BrokerKeys& keys,
                                          const GenesisRequest& request) {
  if (absl::Status checked = CheckConfig(config); !checked.ok()) return checked;
  const auto verifier =
      keys::VerifierKey::Create(config.origin, keys::NoteKeyType::kEd25519, keys.log.Public());
  if (!verifier.ok()) return verifier.status();
  std::error_code error;
  std::filesystem::create_directories(config.data, error);
  if (error) return absl::UnavailableError(absl::StrCat(config.data, ": ", error.message()));
  const absl::StatusOr<ComposedGenesis> composed =
      ComposeAll(config, verifier->ToString(), request);
  if (!composed.ok()) return composed.status();
  const absl::StatusOr<std::unique_ptr<log::Store>> store =
      log::OpenRocksStore(DatabasePath(config));
  if (!store.ok()) return store.status();
  log::SequencerHooks hooks;
  hooks.now_ms = SystemNowMs;
  const absl::StatusOr<std::unique_ptr<log::Sequencer>> sequencer = log::Sequencer::Open(
      **store, AnchorPath(config),
      {.origin = config.origin, .log_key = &keys.log, .operator_key = &keys.operator_key},
      std::move(hooks));
  if (!sequencer.ok()) return sequencer.status();
  const auto log = ledger::ReadLog(**store);
  if (!log.ok()) return log.status();
  const v1::Statement& statement = composed->statement;
  if (log->has_value() && !(*log)->has_carried()) {
    return ExistingGenesis(**store, **log, statement.genesis());
  }
  // The sequencer holds the anchor, and has nothing to do yet.
  const absl::Status seeded = SeedState(**store, composed->before.state());
  if (!seeded.ok()) return seeded;
  OperatorVoice voice(config.origin, config.operator_party, keys.operator_key, **store, **sequencer,
                      SystemNowMs);
  const absl::StatusOr<Said> said = voice.Say(statement);
  if (!said.ok()) return said.status();
  return GenesisResult{.digest = said->id.Hex()};
}

}  // namespace cairn::broker
