#include "client/charter_file.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "client/testing.h"
#include "gtest/gtest.h"
#include "tests/testing/status.h"

namespace cairn::client {
namespace {

using ::cairn::client::testing::TempFolder;
using ::cairn::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr char kGoodCharter[] = R"(name = "H-1"
exercise = true
mediator_threshold = 2
rule_set = "rules.textproto"
[parties]
holder = ["holding"]
receiver = ["receiving", "assessor"]
[areas]
north = "North"
[sources]
archive-1 = "Archive"
[recipients]
receiver = "persons"
[witnesses]
w1 = "neutral"
w4 = "holder"
[terms]
custody = "7d"
answer = "30s"
)";

class CharterFileTest : public ::testing::Test {
 protected:
  absl::StatusOr<CharterFile> Parse(const std::string& text) {
    return ParseCharterFile(folder_.Write("charter.toml", text));
  }
  // The good charter with one thing spoiled.
  void ExpectComplaint(const char* from, const char* to, const char* place, const char* what) {
    const std::string text = absl::StrReplaceAll(kGoodCharter, {{from, to}});
    ASSERT_NE(text, kGoodCharter);
    EXPECT_THAT(Parse(text), StatusIs(absl::StatusCode::kInvalidArgument,
                                      AllOf(HasSubstr(place), HasSubstr(what))));
  }
  TempFolder folder_;
};

TEST_F(CharterFileTest, ReadsAGoodOne) {
  ASSERT_OK_AND_ASSIGN(const CharterFile file, Parse(kGoodCharter));
  EXPECT_EQ(file.charter.name(), "H-1");
  EXPECT_TRUE(file.charter.exercise());
  EXPECT_EQ(file.charter.mediator_threshold(), 2u);
  ASSERT_EQ(file.charter.parties_size(), 2);
  EXPECT_EQ(file.charter.parties(1).roles_size(), 2);
  ASSERT_EQ(file.charter.witnesses_size(), 2);
  EXPECT_EQ(file.charter.witnesses(0).party(), "");
  EXPECT_EQ(file.charter.witnesses(1).name(), "w4");
  EXPECT_EQ(file.charter.witnesses(1).party(), "holder");
  EXPECT_EQ(file.charter.terms().custody_ms(), 7u * 24 * 3600 * 1000);
  EXPECT_EQ(file.charter.terms().answer_ms(), 30'000u);
  EXPECT_EQ(file.rule_set, folder_.path() + "/rules.textproto");
  ASSERT_EQ(file.recipients.size(), 1u);
  EXPECT_TRUE(file.recipients[0].second);
}

TEST_F(CharterFileTest, BrokenTomlNamesItsLine) {
  ExpectComplaint("name = \"H-1\"", "name = \"H-1", "line 1", "charter.toml");
}
// What toml++ 3.3.0 asserts never to meet.
TEST_F(CharterFileTest, TextsThatTheParserHoldsImpossibleAreErrors) {
  for (const char* text : {"[[[", "[[[a]]]", "a=[}", "a = [ 1, } ]"}) {
    EXPECT_THAT(Parse(text),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("charter.toml")))
        << text;
  }
}
TEST_F(CharterFileTest, AnUnknownKeyNamesItsLine) {
  ExpectComplaint("mediator_threshold", "mediator_treshold", "line 3", "mediator_treshold");
}
TEST_F(CharterFileTest, AValueOfTheWrongKindNamesItsLine) {
  ExpectComplaint("exercise = true", "exercise = \"yes\"", "line 2", "wrong kind");
}
TEST_F(CharterFileTest, AnUnknownRoleNamesItsLineAndTheRoles) {
  ExpectComplaint("[\"holding\"]", "[\"holder\"]", "line 6", "mediator");
}
TEST_F(CharterFileTest, ATermWithoutUnitIsRefused) {
  ExpectComplaint("\"7d\"", "\"7\"", "terms.custody", "duration");
}
TEST_F(CharterFileTest, AnUnknownTermIsRefused) {
  ExpectComplaint("custody =", "custdy =", "charter.toml", "unknown term 'custdy'");
}
TEST_F(CharterFileTest, ARecipientOfSomethingElseIsRefused) {
  ExpectComplaint("\"persons\"", "\"everything\"", "recipients.receiver", "records");
}
TEST_F(CharterFileTest, AThresholdOfNobodyIsRefused) {
  ExpectComplaint("mediator_threshold = 2", "mediator_threshold = 0", "charter.toml", "1 to 16");
}
TEST_F(CharterFileTest, WithoutRuleSetThereIsNoCharter) {
  ExpectComplaint("rule_set = \"rules.textproto\"\n", "", "charter.toml", "rule_set");
}

}  // namespace
}  // namespace cairn::client
