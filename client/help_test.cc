#include "client/commands/help.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "client/context.h"
#include "tests/testing/status.h"

namespace cairn::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class HelpTest : public ::testing::Test {
 protected:
  HelpTest() {
    app_.name("cairn");
    app_.fallthrough();
    app_.require_subcommand(1);
    // As main has them; the examples use these two.
    app_.add_option("--broker", context_.options.broker);
    app_.add_option("--output", output_);
    AddAllCommands(app_, context_);
  }

  // Every command that does something, as it is typed.
  static std::vector<std::string> CommandsBelow(const CLI::App& app, const std::string& before) {
    std::vector<std::string> commands;
    for (const CLI::App* sub : app.get_subcommands([](const CLI::App*) { return true; })) {
      const std::string name = before + sub->get_name();
      auto below = CommandsBelow(*sub, name + " ");
      if (below.empty()) below = {name};
      commands.insert(commands.end(), below.begin(), below.end());
    }
    return commands;
  }

  Context context_;
  CLI::App app_;
  std::string output_;
};

TEST_F(HelpTest, EveryCommandHasExamplesThatParse) {
  const auto commands = CommandsBelow(app_, "");
  EXPECT_GT(commands.size(), 50u);
  for (const std::string& command : commands) {
    const auto examples = ExamplesOf(command);
    EXPECT_FALSE(examples.empty()) << command;
    for (const std::string& example : examples) {
      context_.command = nullptr;
      app_.clear();
      EXPECT_NO_THROW(app_.parse(example, false)) << example;
      EXPECT_TRUE(context_.command) << example;
    }
  }
}

TEST_F(HelpTest, EveryHelpNamesExamplesEnvironmentAndExitCodes) {
  for (const std::string& command : CommandsBelow(app_, "")) {
    const CLI::App* at = &app_;
    for (const std::string& word : CLI::detail::split(command, ' ')) at = at->get_subcommand(word);
    const std::string help = at->help();
    EXPECT_THAT(help, HasSubstr("Examples:\n  cairn " + command)) << command;
    EXPECT_THAT(help, HasSubstr("CAIRN_PASSPHRASE_FILE")) << command;
    EXPECT_THAT(help, HasSubstr("Exit codes: 0")) << command;
  }
}

TEST_F(HelpTest, HelpBeforeACommandIsHelpBehindIt) {
  EXPECT_THAT(TurnHelpRound(app_, {"help", "package", "build"}).value(),
              ElementsAre("package", "build", "--help"));
  EXPECT_THAT(TurnHelpRound(app_, {"help"}).value(), ElementsAre("--help"));
  EXPECT_THAT(TurnHelpRound(app_, {"package", "help"}).value(), ElementsAre("package", "help"));
  EXPECT_THAT(TurnHelpRound(app_, {}).value(), IsEmpty());
  EXPECT_THAT(std::string(TurnHelpRound(app_, {"help", "packet"}).status().message()),
              HasSubstr("no command 'packet'"));
  EXPECT_THAT(std::string(TurnHelpRound(app_, {"help", "package", "bild"}).status().message()),
              HasSubstr("no command 'bild' of package"));
}

}  // namespace
}  // namespace cairn::client
