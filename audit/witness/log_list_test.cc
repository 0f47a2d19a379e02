#include "audit/witness/log_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "audit/note/testing.h"
#include "tests/testing/status.h"

namespace cairn::witness {
namespace {

using cairn::testing::IsOk;
using cairn::testing::StatusIs;
using ::testing::HasSubstr;

constexpr auto kBad = absl::StatusCode::kInvalidArgument;

std::string First() { return "vkey " + note::testing::LogVkey().ToString() + "\n"; }
std::string Second() {
  const auto key = keys::VerifierKey::Create("second.example.org", keys::NoteKeyType::kEd25519,
                                             note::testing::OtherKey(1).Public());
  return "vkey " + key->ToString() + "\n";
}

TEST(ParseLogList, TakesLogsWithAndWithoutTheirOwnNumbers) {
  const std::string text =
      "# Logs of the exercise.\n\nlogs/v0\n" + First() +
      "origin log.example.org/cairn/test-1\nqpd 5\ncontact desk@example.org\n\n" + Second();
  ASSERT_OK_AND_ASSIGN(const std::vector<WitnessedLog> logs, ParseLogList(text));
  ASSERT_EQ(logs.size(), 2u);
  EXPECT_EQ(logs[0], (WitnessedLog{note::testing::LogVkey(), 5}));
  EXPECT_EQ(logs[1].key.name(), "second.example.org");
  EXPECT_EQ(logs[1].queries_per_day, kDefaultQueriesPerDay);
}

TEST(ParseLogList, AListOfNoLogsIsAList) { EXPECT_THAT(ParseLogList("logs/v0\n"), IsOk()); }

TEST(ParseLogList, NamesTheLineThatIsWrong) {
  const std::string begin = "logs/v0\n" + First();
  for (const auto& [text, line, what] : std::vector<std::tuple<std::string, int, std::string>>{
           {"logs/v1\n", 1, "begins with"},
           {First(), 1, "begins with"},
           {"logs/v0\nqpd 5\n", 2, "begins with its vkey"},
           {"logs/v0\nvkey x\n", 2, ""},
           {"logs/v0\nvkey " + note::testing::WitnessVkey().ToString() + "\n", 2, "type 01"},
           {begin + First(), 3, "there already"},
           {begin + "qpd 0\n", 3, "from 1"},
           {begin + "qpd 2147483648\n", 3, "from 1"},
           {begin + "qpd 5x\n", 3, "from 1"},
           {begin + "qpd 5\nqpd 5\n", 4, "each once"},
           {begin + "qpd 5\norigin log.example.org/cairn/test-1\n", 4, "each once"},
           {begin + "origin other\n", 3, "not the name"},
           {begin + "colour blue\n", 3, "expected"},
           {begin + "qpd 5", 3, "0A"}}) {
    EXPECT_THAT(ParseLogList(text),
                StatusIs(kBad, ::testing::AllOf(HasSubstr(absl::StrCat("line ", line, ": ")),
                                                HasSubstr(what))))
        << text;
  }
  EXPECT_THAT(ParseLogList(""), StatusIs(kBad, HasSubstr("empty")));
}

}  // namespace
}  // namespace cairn::witness
