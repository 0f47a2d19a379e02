#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/dossier/verify.h"
#include "client/commands/believed.h"
#include "client/commands/claims_text.h"
#include "client/commands/commands.h"
#include "client/context.h"

namespace cairn::client {
namespace {

constexpr char kEssential[] =
    "Exit code 0 only if no claim fails and every essential one was checked; else 1, or 3. "
    "Essential\n"
    "are, besides form and signatures:\n"
    "  receipt, entry       the log's signature, inclusion, who its author is (a pinned genesis "
    "and\n"
    "                       a copy of the log), and witnesses unless the policy says `quorum "
    "none`\n"
    "  statement            who its author is\n"
    "  refusal              that the log's rules refuse it for that reason (--entry STATEMENT)\n"
    "  sealed package       that it was submitted (--entry SUBMISSION)\n"
    "  opened package       who its holding party is\n"
    "  submission.pb        that it was submitted: its receipt shows it, this file never\n"
    "  report               that the checks give it: compute it again with `cairn assess run`\n"
    "  annex                that a signed statement names it (--entry STATEMENT)\n"
    "  dossier              the whole log in it under your key and genesis, its handover, its "
    "papers";

struct VerifyArguments {
  std::vector<std::string> files;
  std::string entry;
  BeliefArguments believed;
};

// A file that cannot be read leaves its claims unchecked; the others are judged all the same.
dossier::Examination Unreadable(const std::string& path, const absl::Status& why) {
  dossier::Examination out;
  out.name = path;
  out.kind = "unread";
  out.Skips("readable", "The file can be read.", why.message());
  return out;
}

absl::StatusOr<Answer> VerifyFiles(Context& context, const VerifyArguments& arguments) {
  if (!arguments.entry.empty() && arguments.files.size() > 1) {
    return UsageError("--entry goes with one FILE");
  }
  absl::StatusOr<std::unique_ptr<OfflineTrust>> trust =
      OfflineTrust::Load(context, arguments.believed);
  if (!trust.ok()) return trust.status();
  std::optional<std::string> entry;
  if (!arguments.entry.empty()) entry = arguments.entry;
  std::vector<dossier::Examination> found;
  Progress progress("verified", arguments.files.size(), !context.console.json());
  for (const std::string& path : arguments.files) {
    absl::StatusOr<dossier::Examination> one = dossier::VerifyFile(path, entry, (*trust)->trust());
    found.push_back(one.ok() ? *std::move(one) : Unreadable(path, one.status()));
    progress.Advance(found.size());
  }
  return ClaimsAnswer(found, (*trust)->remarks());
}

}  // namespace

void AddVerifyCommand(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<VerifyArguments>();
  CLI::App* verify = app.add_subcommand(
      "verify", "Verify files that Cairn makes, offline: which claims hold, which do not");
  verify
      ->add_option("FILE", arguments->files,
                   "Receipt, entry, statement, refusal, checkpoint, "
                   "policy, key file, package, report, annex, party entry or dossier")
      ->required();
  verify->add_option("--policy", arguments->believed.policy,
                     "Policy file: which logs are believed, which witnesses are asked for");
  verify->add_option("--final-policy", arguments->believed.final_policy,
                     "Policy file: which witnesses make a tree final; without it nothing is said "
                     "about that");
  verify->add_option("--log-vkey", arguments->believed.vkey, "The log key that is believed");
  verify->add_option("--entry", arguments->entry,
                     "Entry that goes with FILE; default: N.entry beside N.tlog-proof");
  verify->add_option("--genesis", arguments->believed.genesis,
                     "Genesis digest as pinned; default: the profile's");
  verify->add_option("--mirror", arguments->believed.mirror,
                     "Copy of the log to read its parties' keys from; default: the profile's");
  verify->add_option("--operator-key", arguments->believed.operator_key,
                     "The operator's typed key in hex, for refusals; default: the Genesis's");
  verify->footer(kEssential);
  verify->callback([&context, arguments] {
    context.command = [&context, arguments] { return VerifyFiles(context, *arguments); };
  });
}

}  // namespace cairn::client
