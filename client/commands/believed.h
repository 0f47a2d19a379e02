// What a verification believes, out of the command line and the profile: log keys, a policy, the
// genesis digest, and the copy of the log that goes with them.
#ifndef CAIRN_CLIENT_COMMANDS_BELIEVED_H_
#define CAIRN_CLIENT_COMMANDS_BELIEVED_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "audit/dossier/key_history.h"
#include "audit/dossier/verify.h"
#include "audit/mirror/log_reader.h"
#include "audit/mirror/source.h"
#include "audit/note/policy.h"
#include "client/context.h"
#include "keys/digest.h"
#include "keys/vkey.h"

namespace cairn::client {

// As given on the command line; empty: not given.
struct BeliefArguments {
  std::string policy;        // Path.
  std::string final_policy;  // Path.
  std::string vkey;          // Text.
  std::string genesis;       // Hex.
  std::string mirror;        // Folder with a copy of the log.
  std::string operator_key;  // Hex of a typed key.
};

// Flags before profile. A profile's genesis and copy count only for the profile's own log.
struct Belief {
  std::optional<note::Policy> policy;  // Of the logs believed; `quorum none` without a policy file.
  std::optional<note::Policy> final_policy;
  std::optional<keys::Digest> genesis;
  std::vector<std::string> remarks;  // What differs between policy, flags and profile.
  bool from_profile = false;         // The profile's log is among those believed.
};

// UsageError: a flag that is not what it ought to be. kNotFound, kInvalidArgument: the policy file.
absl::StatusOr<Belief> ReadBelief(const Context& context, const BeliefArguments& arguments);

// The same with the key history, for offline verification. Owns all that `trust` points to.
class OfflineTrust {
 public:
  // What is wrong with the copy of the log is no error here: it is why identities do not hold, or
  // are not checked. Errors as ReadBelief.
  static absl::StatusOr<std::unique_ptr<OfflineTrust>> Load(const Context& context,
                                                            const BeliefArguments& arguments);
  dossier::Trust& trust() { return trust_; }
  const std::vector<std::string>& remarks() const { return belief_.remarks; }

 private:
  OfflineTrust() = default;
  absl::Status OpenHistory(const std::string& folder);

  Belief belief_;
  std::unique_ptr<mirror::FolderSource> source_;
  std::unique_ptr<mirror::LogReader> log_;
  std::unique_ptr<dossier::KeyHistory> history_;
  dossier::Trust trust_;
};

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_COMMANDS_BELIEVED_H_
