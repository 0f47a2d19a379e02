// What every command is given: the global options, and from them, made when first asked for, the
// home folder, the profile, the passphrase and the connection. Not thread-safe.
#ifndef CAIRN_CLIENT_CONTEXT_H_
#define CAIRN_CLIENT_CONTEXT_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/console.h"
#include "client/home.h"
#include "client/profile.h"
#include "keys/sealing.h"
#include "keys/secret.h"
#include "keys/signing.h"

namespace cairn::client {

class Connection;

struct Options {
  std::string home;
  std::string broker;  // Overrides the profile's.
  std::string passphrase_file;
  int passphrase_fd = -1;
  std::string signing_key = "signing";  // Name of the key file that signs.
  bool yes = false;                     // Answers confirmations with yes.
  bool no_input = false;                // Never prompt.
};

class Context {
 public:
  Context();
  ~Context();
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  Options options;
  Console console;
  // What the parsed command line asks for; set by exactly one command.
  std::function<absl::StatusOr<Answer>()> command;

  absl::StatusOr<Home> GetHome() const;
  // The profile with the overrides of the command line. kNotFound with the remedy.
  absl::StatusOr<Profile> GetProfile() const;
  // From --passphrase-fd, --passphrase-file, CAIRN_PASSPHRASE_FILE or a prompt; asked for once.
  // The pointer stays valid for the context's life. With `is_new` it is to protect a new key
  // (keys::CheckNewPassphrase), and a prompt asks twice. UsageError: a prompt would be needed and
  // is not allowed; too short for a new key.
  absl::StatusOr<const keys::SecretBytes*> GetPassphrase(bool is_new = false);
  absl::StatusOr<keys::SigningPrivateKey> LoadSigningKey(const std::string& name);
  absl::StatusOr<keys::SealingPrivateKey> LoadSealingKey(const std::string& name);
  // To the profile's broker; one for the process. Opens no socket before the first call.
  absl::StatusOr<Connection*> Connect();

  // Asks "question [y/N]" on the terminal; true under --yes. UsageError under --no-input or without
  // a terminal.
  absl::StatusOr<bool> Confirm(absl::string_view question) const;

 private:
  absl::StatusOr<const keys::SecretBytes*> CheckedAsNew() const;

  std::optional<keys::SecretBytes> passphrase_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace cairn::client

#endif  // CAIRN_CLIENT_CONTEXT_H_
