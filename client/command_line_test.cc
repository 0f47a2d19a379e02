// The program as scripts see it: exit codes, and errors as JSON on the last line of stderr.
#include <sys/wait.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "audit/completeness/rule_set.h"
#include "audit/completeness/shipped.h"
#include "cairn/v1/report.pb.h"
#include "client/console.h"
#include "client/home.h"
#include "client/testing.h"
#include "gtest/gtest.h"
#include "tests/testing/status.h"

namespace cairn::client {
namespace {

using ::cairn::client::testing::TempFolder;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct Ran {
  int code = -1;
  std::string out, err;
  // The JSON object on the last line of stderr.
  nlohmann::json Error() const {
    const std::vector<std::string> lines = absl::StrSplit(err, '\n', absl::SkipEmpty());
    return lines.empty() ? nlohmann::json() : nlohmann::json::parse(lines.back(), nullptr, false);
  }
};

class CommandLineTest : public ::testing::Test {
 protected:
  Ran Run(const std::string& arguments) {
    const std::string command = absl::StrCat(
        "env -u CAIRN_HOME -u CAIRN_BROKER -u CAIRN_PASSPHRASE_FILE HOME=", folder_.path(), " ",
        CAIRN_BINARY_DIR, "/bin/cairn ", arguments, " >", folder_.path(), "/out 2>", folder_.path(),
        "/err </dev/null");
    const int status = std::system(command.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1,
            testing::OrAbort(ReadFile(folder_.path() + "/out")),
            testing::OrAbort(ReadFile(folder_.path() + "/err"))};
  }
  static std::string Rules() {
    return absl::StrCat(CAIRN_SOURCE_DIR, "/audit/completeness/rule_sets/apii_1996.textproto");
  }
  TempFolder folder_;
};

TEST_F(CommandLineTest, HelpAndVersionAreNoErrors) {
  EXPECT_EQ(Run("--version").code, 0);
  const Ran help = Run("package build --help");
  EXPECT_EQ(help.code, 0);
  EXPECT_THAT(help.out, HasSubstr("--second"));
}

TEST_F(CommandLineTest, AWrongCommandLineIsTwo) {
  EXPECT_EQ(Run("").code, 2);
  EXPECT_EQ(Run("package").code, 2);
  EXPECT_EQ(Run("package build --nonsense").code, 2);
  EXPECT_EQ(Run("--output yaml package fetch").code, 2);
  EXPECT_EQ(Run("receipt fetch").code, 2);
}

TEST_F(CommandLineTest, TheGroundAndDisputesAskForWhatTheyNeed) {
  for (const char* wrong :
       {"finding", "finding make", "finding make --kind confirms --first 2021-08-09", "reply",
        "reply 0123456789 --text x", "locate", "locate --report r --row 1",
        "propose --report r --row 1 --text x", "incident", "incident make", "incident place",
        "contest", "contest 0123456789", "rule 0123456789", "supersede 0123456789", "withdraw",
        "statement annex"}) {
    EXPECT_EQ(Run(wrong).code, 2) << wrong;
  }
}

TEST_F(CommandLineTest, AKindThatThereIsNotIsNamedWithThoseThatThereAre) {
  const Ran ran = Run("finding make --kind falsified --first 2021-08-09 --text x");
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("field-disproof"));
  EXPECT_EQ(Run("reply 0123456789 --kind perhaps").code, 2);
  EXPECT_EQ(Run("propose --kind guess --text x --report r --row 1").code, 2);
  EXPECT_EQ(Run("contest 0123456789 --reason dislike").code, 2);
  EXPECT_EQ(Run("rule 0123456789 --ruling maybe").code, 2);
}

TEST_F(CommandLineTest, WhatCouldNotBeDoneIsThreeAndSaysWhatToDo) {
  const Ran ran = Run("handover list");
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("cairn init"));
  EXPECT_EQ(ran.out, "");
}

TEST_F(CommandLineTest, ErrorsAreJsonOnTheLastLineOfStderr) {
  const Ran ran = Run("--output json handover list");
  EXPECT_EQ(ran.code, 3);
  const nlohmann::json error = ran.Error();
  ASSERT_TRUE(error.is_object()) << ran.err;
  EXPECT_EQ(error["error"]["code"], "NOT_FOUND");
  EXPECT_THAT(error["error"]["message"].get<std::string>(), HasSubstr("cairn init"));
}

TEST_F(CommandLineTest, APromptThatIsNotAllowedIsTwo) {
  const Ran ran = Run("--no-input --output json init --party p --name P --cost minimum");
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.Error()["error"]["message"].get<std::string>(), HasSubstr("--passphrase-file"));
}

TEST_F(CommandLineTest, ANewKeyTakesNoShortPassphrase) {
  const std::string passphrase = folder_.Write("short", "x\n");
  chmod(passphrase.c_str(), 0600);
  const Ran ran =
      Run("--no-input --passphrase-file " + passphrase + " init --party p --name P --cost minimum");
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("at least 12 characters"));
}

TEST_F(CommandLineTest, HelpBeforeACommandIsItsHelp) {
  const Ran behind = Run("package build --help"), before = Run("help package build");
  EXPECT_EQ(before.code, 0);
  EXPECT_EQ(before.out, behind.out);
  EXPECT_THAT(before.out, HasSubstr("Examples:\n  cairn package build"));
  const Ran none = Run("help packet");
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.err, HasSubstr("'packet'"));
}

TEST_F(CommandLineTest, ABrokerThatIsNotThereIsThree) {
  const std::string passphrase = folder_.Write("passphrase", "correct horse\n");
  chmod(passphrase.c_str(), 0600);
  const std::string flags = absl::StrCat("--no-input --passphrase-file ", passphrase, " ");
  ASSERT_EQ(Run(flags + "init --party p --name P --cost minimum").code, 0);
  const Ran ran = Run(flags + "--output json --broker 127.0.0.1:1 handover list");
  EXPECT_EQ(ran.code, 3);
  EXPECT_EQ(ran.Error()["error"]["code"], "UNAVAILABLE");
}

TEST_F(CommandLineTest, EqualReportsAreZeroAndDifferentOnesOne) {
  v1::Report report;
  report.mutable_rule_set()->set_id("rules");
  report.mutable_rule_set()->set_digest(std::string(32, 'd'));
  report.set_check_semantics(1);
  report.set_handover(std::string(32, 'h'));
  report.mutable_handover_level();
  report.mutable_cumulative();
  report.mutable_summary();
  const std::string a = folder_.Write("a", report.SerializeAsString());
  report.set_at_size(1);
  const std::string b = folder_.Write("b", report.SerializeAsString());
  EXPECT_EQ(Run(absl::StrCat("assess compare ", a, " ", a)).code, 0);
  const Ran differ = Run(absl::StrCat("assess compare ", a, " ", b));
  EXPECT_EQ(differ.code, 1);
  EXPECT_THAT(differ.out, HasSubstr("at_size"));
}

TEST_F(CommandLineTest, AFileThatIsNoReportIsThree) {
  const std::string file = folder_.Write("no-report", "something else");
  const Ran ran = Run(absl::StrCat("assess show ", file));
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("is no report"));
}

TEST_F(CommandLineTest, RuleSetsAreLinted) {
  EXPECT_EQ(Run(absl::StrCat("assess rules lint ", Rules())).code, 0);
  const std::string bad = folder_.Write("bad.textproto", "id: \"X\"\nnonsense: 1\n");
  const Ran ran = Run(absl::StrCat("assess rules lint ", bad));
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("bad.textproto:2: column"));
  EXPECT_EQ(Run("assess rules lint none").code, 3);
}

TEST_F(CommandLineTest, RuleSetsOfTheProgramAreThereWithoutAFile) {
  const Ran list = Run("assess rules list");
  EXPECT_EQ(list.code, 0) << list.err;
  EXPECT_THAT(list.out, AllOf(HasSubstr("APII-1996"), HasSubstr("PII-1980"), HasSubstr("IMAS-MDR"),
                              HasSubstr("SOVIET-FORMULARY"), HasSubstr("DA1355-STANAG2036")));
  const Ran show = Run("assess rules show soviet_formulary");
  EXPECT_EQ(show.code, 0) << show.err;
  EXPECT_THAT(show.out, AllOf(HasSubstr("to be confirmed"), HasSubstr("F30")));
  const Ran diff = Run("assess rules diff pii_1980 apii_1996");
  EXPECT_EQ(diff.code, 1) << diff.err;
  EXPECT_THAT(diff.out, HasSubstr("fields F30 (reference points) at_least\n  a: 1\n  b: 2\n"));
  EXPECT_EQ(Run("assess rules diff pii_1980 pii_1980.textproto").code, 0);
}

TEST_F(CommandLineTest, AReportByARuleSetOfTheProgramNeedsNoFile) {
  const auto rules =
      completeness::Rules::FromFile("pii_1980.textproto", completeness::ReadShippedFile);
  ASSERT_TRUE(rules.ok());
  v1::Report report;
  *report.mutable_rule_set() = rules->ref();
  report.set_check_semantics(1);
  report.set_handover(std::string(32, 'h'));
  report.mutable_handover_level();
  report.mutable_cumulative();
  report.mutable_summary();
  const std::string file = folder_.Write("r.report", report.SerializeAsString());
  const Ran ran = Run("assess show " + file + " --gaps " + folder_.path() + "/gaps.csv");
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("Rule set PII-1980, version 1"));
  report.mutable_rule_set()->set_digest(std::string(32, 'x'));
  folder_.Write("r.report", report.SerializeAsString());
  const Ran other = Run("assess show " + file + " --gaps " + folder_.path() + "/gaps.csv");
  EXPECT_EQ(other.code, 3);
  EXPECT_THAT(other.err, HasSubstr("--rules FILE"));
}

TEST_F(CommandLineTest, AnEmptyOrCutFileIsNoReport) {
  const std::string empty = folder_.Write("e.report", "");
  const Ran nothing = Run("assess show " + empty);
  EXPECT_EQ(nothing.code, 3);
  EXPECT_EQ(nothing.out, "");
  EXPECT_THAT(nothing.err, AllOf(HasSubstr("e.report is no report"), HasSubstr("no rule set")));
  v1::Report report;
  report.mutable_rule_set()->set_id("PII-1980");
  report.mutable_rule_set()->set_digest(std::string(32, 'd'));
  const std::string cut = folder_.Write("c.report", report.SerializeAsString());
  EXPECT_THAT(Run("assess show " + cut).err, HasSubstr("c.report is no report"));
}

TEST_F(CommandLineTest, ARuleSetOfOnesOwnIsACopyThatWasEdited) {
  const std::string folder = folder_.path() + "/ours";
  ASSERT_EQ(Run("assess rules copy " + folder).code, 0);
  EXPECT_EQ(Run("assess rules copy " + folder).code, 3);  // Nothing is written over.
  const std::string file = folder + "/pii_1980.textproto";
  std::string text = testing::OrAbort(ReadFile(file));
  const auto replace = [&](const std::string& from, const std::string& to) {
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    text.replace(at, from.size(), to);
  };
  replace("id: \"PII-1980\"", "id: \"OURS\"");
  replace("check: \"I-02\" severity: SEVERITY_ERROR", "check: \"I-02\"");
  folder_.Write("ours/ours.textproto", text);
  const Ran spoiled = Run("assess rules lint " + folder + "/ours.textproto");
  EXPECT_EQ(spoiled.code, 1);
  EXPECT_THAT(spoiled.out, AllOf(HasSubstr("ours.textproto:"), HasSubstr("I-02: no severity"),
                                 HasSubstr("write severity: SEVERITY_ERROR")));
  replace("check: \"I-02\"", "check: \"I-02\" severity: SEVERITY_WARNING");
  folder_.Write("ours/ours.textproto", text);
  EXPECT_EQ(Run("assess rules lint " + folder + "/ours.textproto").code, 0);
  EXPECT_THAT(Run("assess rules list " + folder).out, HasSubstr("ours.textproto  OURS, version 1"));
}

TEST_F(CommandLineTest, ATemplateWithAMistakeWouldBeRefusedAndNamesIt) {
  const std::string folder = folder_.path() + "/template";
  ASSERT_THAT(MakeFolder(folder), cairn::testing::IsOk());
  folder_.Write("template/records.csv", "row,exercise,areas\nA-1,yes,north\n");
  const Ran ran = Run(absl::StrCat("package check ", folder, " --rules ", Rules()));
  EXPECT_EQ(ran.code, 1) << ran.err;
  EXPECT_THAT(ran.out, AllOf(HasSubstr("records.csv"), HasSubstr("refused")));
}

TEST_F(CommandLineTest, ANameThatNobodyWouldAcceptMakesNoHome) {
  for (const std::string party : {"'A B'", "''", "a_b", "-a"}) {
    const Ran ran = Run(absl::StrCat("--home ", folder_.path(), "/h init --party ", party,
                                     " --name 'Holding party (synthetic)'"));
    EXPECT_EQ(ran.code, 2) << party;
    EXPECT_THAT(ran.err, HasSubstr("--party: it is no handle")) << party;
  }
  const Ran bytes =
      Run(absl::StrCat("--home ", folder_.path(), "/h init --party a --name 'a\xff'"));
  EXPECT_EQ(bytes.code, 2);
  EXPECT_THAT(ReadFile(folder_.path() + "/h/profile.toml"),
              cairn::testing::StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(CommandLineTest, AFileThatIsThereIsNeverOverwritten) {
  const std::string path = folder_.path() + "/precious";
  ASSERT_THAT(WriteNewFile(path, keys::AsBytes("kept")), cairn::testing::IsOk());
  EXPECT_THAT(WriteNewFile(path, keys::AsBytes("new")),
              cairn::testing::StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr(path)));
  EXPECT_EQ(testing::OrAbort(ReadFile(path)), "kept");
}

TEST(JsonText, BytesThatAreNoTextAreReplaced) {
  EXPECT_EQ(JsonText({{"path", "a\xff"}}), "{\"path\":\"a\xef\xbf\xbd\"}");
}

TEST_F(CommandLineTest, WhatCannotBeBuiltIsRefusedByTheCheckToo) {
  const std::string folder = folder_.path() + "/template";
  ASSERT_THAT(MakeFolder(folder), cairn::testing::IsOk());
  ASSERT_THAT(MakeFolder(folder + "/scans"), cairn::testing::IsOk());
  const std::string check = absl::StrCat("package check ", folder, " --rules ", Rules());
  const Ran nothing = Run(check);
  EXPECT_EQ(nothing.code, 1) << nothing.err;
  EXPECT_THAT(nothing.out, AllOf(HasSubstr("has no records.csv"), HasSubstr("be refused")));
  EXPECT_THAT(nothing.out, Not(HasSubstr("formularies")));
  folder_.Write("template/scans/one.png", "\x89PNG\r\n\x1a\n");
  const Ran scans = Run(check);
  EXPECT_EQ(scans.code, 1) << scans.err;
  EXPECT_THAT(scans.out, HasSubstr("totals.csv is missing"));
  folder_.Write("template/totals.csv",
                "area,source,documents,at,ap\nnorth,archive,1,[not stated],[not stated]\n");
  const Ran good = Run(check);
  EXPECT_EQ(good.code, 0) << good.out << good.err;
  EXPECT_THAT(good.out, AllOf(HasSubstr("It would not be refused"), HasSubstr("no log was read"),
                              Not(HasSubstr("first 0 leaves")), Not(HasSubstr("  H-0")),
                              Not(HasSubstr("headline:"))));
}

TEST_F(CommandLineTest, APackageCheckThatCannotRunIsThree) {
  EXPECT_EQ(Run(absl::StrCat("package check ", folder_.path(), "/none --rules ", Rules())).code, 3);
  EXPECT_EQ(Run(absl::StrCat("package check ", folder_.path(), " --rules none")).code, 3);
}

TEST_F(CommandLineTest, AFileThatIsNoPackageSaysSo) {
  const std::string file = folder_.Write("x.tar", std::string(2048, 'x'));
  const Ran ran = Run(absl::StrCat("package inspect ", file));
  EXPECT_EQ(ran.code, 3);
  const Ran check = Run(absl::StrCat("package check ", file, " --rules ", Rules()));
  EXPECT_EQ(check.code, 1);
}

}  // namespace
}  // namespace cairn::client
