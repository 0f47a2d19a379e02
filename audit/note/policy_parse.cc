// Reading policies: the rules for what a policy may say, and its text form (C2SP tlog-policy).
#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "audit/note/policy.h"
#include "audit/note/text.h"

namespace cairn::note {
namespace {

constexpr absl::string_view kNone = "none";

absl::Status Bad(absl::string_view what) { return absl::InvalidArgumentError(what); }

// Octets that a token may have: neither control characters nor the spaces that part tokens.
bool IsToken(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    const auto octet = static_cast<unsigned char>(c);
    return octet > 0x20 && octet != 0x7F;
  });
}

absl::Status CheckUrl(absl::string_view url) {
  return url.empty() || IsToken(url) ? absl::OkStatus() : Bad("a URL with a space in it");
}

absl::StatusOr<keys::VerifierKey> ParseKey(absl::string_view text) {
  absl::StatusOr<keys::VerifierKey> key = keys::VerifierKey::Parse(text);
  if (!key.ok()) return Bad(absl::StrCat("the key: ", key.status().message()));
  return key;
}

}  // namespace

class Policy::Builder {
 public:
  absl::Status AddLog(Log log) {
    if (policy_.logs_.size() == kMaxPolicyLogs) return TooMany("logs", kMaxPolicyLogs);
    if (log.key.type() != keys::NoteKeyType::kEd25519) return Bad("a log's key is of type 01");
    if (absl::Status status = CheckUrl(log.url); !status.ok()) return status;
    if (absl::Status status = TakeKey(log.key); !status.ok()) return status;
    policy_.logs_.push_back(std::move(log));
    return absl::OkStatus();
  }

  absl::Status AddWitness(Witness witness) {
    if (policy_.witnesses_.size() == kMaxPolicyWitnesses) {
      return TooMany("witnesses", kMaxPolicyWitnesses);
    }
    if (witness.key.type() != keys::NoteKeyType::kCosignature) {
      return Bad("a witness's key is of type 04");
    }
    if (absl::Status status = CheckUrl(witness.url); !status.ok()) return status;
    if (absl::Status status = Define(witness.name); !status.ok()) return status;
    if (absl::Status status = TakeKey(witness.key); !status.ok()) return status;
    policy_.witnesses_.push_back(std::move(witness));
    return absl::OkStatus();
  }

  absl::Status AddGroup(Group group) {
    if (policy_.groups_.size() == kMaxPolicyGroups) return TooMany("groups", kMaxPolicyGroups);
    if (group.threshold < 1 || group.threshold > group.members.size()) {
      return Bad(absl::StrCat("a threshold of ", group.threshold, " among ", group.members.size(),
                              " members"));
    }
    for (const std::string& member : group.members) {
      if (!defined_.contains(member)) return Bad(absl::StrCat(member, " is not defined above"));
      if (!grouped_.insert(member).second) {
        return Bad(absl::StrCat(member, " is a member already, and would count twice"));
      }
    }
    if (absl::Status status = Define(group.name); !status.ok()) return status;
    policy_.groups_.push_back(std::move(group));
    return absl::OkStatus();
  }

  // `name` empty: none.
  absl::Status SetQuorum(std::string name) {
    if (has_quorum_) return Bad("a second quorum");
    if (!name.empty() && !defined_.contains(name)) {
      return Bad(absl::StrCat(name, " is not defined above"));
    }
    has_quorum_ = true;
    policy_.quorum_ = std::move(name);
    return absl::OkStatus();
  }

  absl::StatusOr<Policy> Build() {
    if (!has_quorum_) return Bad("a policy without quorum");
    return std::move(policy_);
  }

 private:
  static absl::Status TooMany(absl::string_view what, std::size_t most) {
    return Bad(absl::StrCat("more than ", most, " ", what));
  }

  absl::Status Define(const std::string& name) {
    if (!IsToken(name)) return Bad("a name that is empty or has a space or control character");
    if (name == kNone) return Bad("'none' cannot be a name");
    if (!defined_.insert(name).second) return Bad(absl::StrCat(name, " is defined already"));
    return absl::OkStatus();
  }

  // By the raw key, across logs and witnesses: whoever has it must count once and in one role.
  absl::Status TakeKey(const keys::VerifierKey& key) {
    if (raw_keys_.insert(keys::ToBytes(key.key().Raw())).second) return absl::OkStatus();
    return Bad(absl::StrCat("the public key of ", key.name(), " is listed already"));
  }

  Policy policy_;
  bool has_quorum_ = false;
  absl::flat_hash_set<std::string> defined_;
  absl::flat_hash_set<std::string> grouped_;
  absl::flat_hash_set<std::string> raw_keys_;
};

namespace {

using Tokens = std::vector<absl::string_view>;

std::string TokenOr(const Tokens& tokens, std::size_t at) {
  return at < tokens.size() ? std::string(tokens[at]) : "";
}

// "3", "any" or "all".
absl::StatusOr<std::uint32_t> ParseThreshold(absl::string_view text, std::size_t members) {
  if (text == "any") return 1;
  if (text == "all") return static_cast<std::uint32_t>(members);
  const std::optional<std::uint64_t> number = ParseDecimal(text);
  if (!number || *number < 1 || *number > members) {
    return Bad(absl::StrCat("a threshold that is not any, all or 1 to ", members));
  }
  return static_cast<std::uint32_t>(*number);
}

// What a line must have: `least` tokens, and no more than `most`.
absl::Status CheckCount(const Tokens& tokens, std::size_t least, std::size_t most) {
  if (tokens.size() < least) return Bad(absl::StrCat("'", tokens[0], "' line is incomplete"));
  if (tokens.size() > most) return Bad(absl::StrCat("'", tokens[0], "' line has too many words"));
  return absl::OkStatus();
}

// Octets that the whole text may have: 09, 0A, 20-7E, 80-FF.
absl::Status CheckPolicyOctets(absl::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto octet = static_cast<unsigned char>(text[at]);
    if (octet == '\t' || octet == '\n' || (octet >= 0x20 && octet != 0x7F)) continue;
    return Bad(absl::StrCat("control character at byte ", at));
  }
  return absl::OkStatus();
}

template <typename Builder>
absl::Status AddDefinition(const Tokens& tokens, Builder& builder) {
  if (tokens[0] == "log") {
    if (absl::Status status = CheckCount(tokens, 2, 3); !status.ok()) return status;
    absl::StatusOr<keys::VerifierKey> key = ParseKey(tokens[1]);
    if (!key.ok()) return key.status();
    return builder.AddLog({.key = *std::move(key), .url = TokenOr(tokens, 2)});
  }
  if (tokens[0] == "witness") {
    if (absl::Status status = CheckCount(tokens, 3, 4); !status.ok()) return status;
    absl::StatusOr<keys::VerifierKey> key = ParseKey(tokens[2]);
    if (!key.ok()) return key.status();
    return builder.AddWitness(
        {.name = std::string(tokens[1]), .key = *std::move(key), .url = TokenOr(tokens, 3)});
  }
  if (tokens[0] == "group") {
    if (absl::Status status = CheckCount(tokens, 4, tokens.size()); !status.ok()) return status;
    absl::StatusOr<std::uint32_t> threshold = ParseThreshold(tokens[2], tokens.size() - 3);
    if (!threshold.ok()) return threshold.status();
    return builder.AddGroup({.name = std::string(tokens[1]),
                             .threshold = *threshold,
                             .members = {tokens.begin() + 3, tokens.end()}});
  }
  if (tokens[0] == "quorum") {
    if (absl::Status status = CheckCount(tokens, 2, 2); !status.ok()) return status;
    return builder.SetQuorum(tokens[1] == kNone ? "" : std::string(tokens[1]));
  }
  return Bad("neither log, witness, group nor quorum");
}

}  // namespace

absl::StatusOr<Policy> Policy::Parse(absl::string_view text) {
  if (text.size() > kMaxPolicyBytes) {
    return Bad(absl::StrCat("a policy has at most ", kMaxPolicyBytes, " bytes"));
  }
  if (absl::Status status = CheckPolicyOctets(text); !status.ok()) return status;
  Builder builder;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::optional<absl::string_view> line = TakeLine(text);
    if (!line) return Bad(absl::StrCat("line ", number, " is cut off"));
    const Tokens tokens = absl::StrSplit(*line, absl::ByAnyChar(" \t"), absl::SkipEmpty());
    if (tokens.empty() || tokens[0].front() == '#') continue;
    absl::Status status = AddDefinition(tokens, builder);
    if (!status.ok()) return Bad(absl::StrCat("line ", number, ": ", status.message()));
  }
  return builder.Build();
}

absl::StatusOr<Policy> Policy::Create(std::vector<Log> logs, std::vector<Witness> witnesses,
                                      std::vector<Group> groups, std::string quorum) {
  Builder builder;
  absl::Status status;
  for (Log& log : logs) status.Update(builder.AddLog(std::move(log)));
  for (Witness& witness : witnesses) status.Update(builder.AddWitness(std::move(witness)));
  for (Group& group : groups) status.Update(builder.AddGroup(std::move(group)));
  status.Update(builder.SetQuorum(std::move(quorum)));
  if (!status.ok()) return status;
  return builder.Build();
}

}  // namespace cairn::note
