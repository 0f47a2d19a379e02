// Policies (C2SP tlog-policy): which logs are believed, and whose cosignatures a checkpoint needs.
//
//   log <vkey> [<url>]                     a key of type 01, named by the origin
//   witness <name> <vkey> [<url>]          a key of type 04; the name is the policy's own
//   group <name> <k>|any|all <member>...   witnesses and groups defined above it
//   quorum <name>|none                     exactly once
//
// One definition a line, each line ended by 0A, tokens parted by spaces and tabs; empty lines and
// those that begin with '#' are skipped. A name is a member of at most one group, so that nobody
// counts twice. Pure; a Policy is an immutable value and thread-safe.
#ifndef CAIRN_AUDIT_NOTE_POLICY_H_
#define CAIRN_AUDIT_NOTE_POLICY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "audit/note/note.h"
#include "keys/vkey.h"

namespace cairn::note {

inline constexpr std::size_t kMaxPolicyBytes = std::size_t{64} * 1024;
inline constexpr std::size_t kMaxPolicyLogs = 32;
inline constexpr std::size_t kMaxPolicyWitnesses = 32;
inline constexpr std::size_t kMaxPolicyGroups = 32;

class Policy {
 public:
  struct Log {
    keys::VerifierKey key;
    std::string url;  // Prefix of its tiles; empty if not given.
    friend bool operator==(const Log&, const Log&) = default;
  };
  struct Witness {
    std::string name;
    keys::VerifierKey key;
    std::string url;  // Prefix for submissions; empty if not given.
    friend bool operator==(const Witness&, const Witness&) = default;
  };
  struct Group {
    std::string name;
    std::uint32_t threshold = 0;  // 1..members.size()
    std::vector<std::string> members;
    friend bool operator==(const Group&, const Group&) = default;
  };

  // kInvalidArgument names the line and what is wrong with it: an octet that policies do not have,
  // a last line without 0A, an unknown or incomplete definition, a key of the wrong or an unknown
  // type, a raw public key that is there already (as log or as witness), a name defined twice or
  // before use, `none` as a name, a threshold of zero or beyond the members, a second membership,
  // no quorum or two, more than a limit.
  static absl::StatusOr<Policy> Parse(absl::string_view text);

  // The same, from parts. `quorum` empty means none. Errors as for Parse, without line numbers.
  static absl::StatusOr<Policy> Create(std::vector<Log> logs, std::vector<Witness> witnesses,
                                       std::vector<Group> groups, std::string quorum);

  // The policy's one plain spelling: logs, witnesses, groups, quorum, without comments;
  // `all` is written as its number. Parse(p.Format()) == p.
  std::string Format() const;

  const std::vector<Log>& logs() const { return logs_; }
  const std::vector<Witness>& witnesses() const { return witnesses_; }
  const std::vector<Group>& groups() const { return groups_; }
  // Empty for `quorum none`.
  const std::string& quorum() const { return quorum_; }
  bool WantsWitnesses() const { return !quorum_.empty(); }

  // The keys of all witnesses, in order: what a checkpoint is opened with.
  std::vector<keys::VerifierKey> WitnessKeys() const;
  // The name that this policy gives to the holder of `key`; empty if it lists no such witness.
  std::string WitnessName(const keys::VerifierKey& key) const;

  // Whether these verified cosignatures satisfy the quorum; always for `quorum none`. Keys that the
  // policy does not list count nothing, a key given twice counts once.
  bool IsSatisfiedBy(std::span<const VerifiedSignature> cosignatures) const;

  friend bool operator==(const Policy&, const Policy&) = default;

 private:
  class Builder;  // Adds one definition after the other; in policy_parse.cc.
  Policy() = default;
  std::vector<Log> logs_;
  std::vector<Witness> witnesses_;
  std::vector<Group> groups_;
  std::string quorum_;
};

}  // namespace cairn::note

#endif  // CAIRN_AUDIT_NOTE_POLICY_H_
