#include "audit/note/policy.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "audit/note/testing.h"
#include "tests/testing/status.h"

namespace cairn::note {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::string WitnessLine(int n) {
  return absl::StrCat("witness w", n, " ", testing::OtherVkey(n).ToString(), "\n");
}
std::string LogLine() { return absl::StrCat("log ", testing::Vector().at("log_vkey"), "\n"); }

// Two sides with one witness each, three neutrals of whom two are wanted.
std::string GoodPolicy() {
  return absl::StrCat("# A charter's final policy.\n\n", LogLine(), "  # also a comment\n",
                      WitnessLine(1), WitnessLine(2), WitnessLine(3), WitnessLine(4),
                      WitnessLine(5),
                      "group neutrals 2 w1 w2 w3\n"
                      "group sides all w4 w5\n"
                      "group final all neutrals sides\n"
                      "quorum final\n");
}

Policy Parsed(const std::string& text) { return Policy::Parse(text).value(); }

std::vector<VerifiedSignature> SignedBy(const std::vector<int>& witnesses) {
  std::vector<VerifiedSignature> signatures;
  for (const int n : witnesses) signatures.push_back({testing::OtherVkey(n), PosixSeconds{1}});
  return signatures;
}

TEST(PolicyParse, ReadsLogsWitnessesGroupsAndQuorum) {
  const Policy policy = Parsed(GoodPolicy());
  EXPECT_THAT(policy.logs(), SizeIs(1));
  EXPECT_EQ(policy.logs()[0].key, testing::LogVkey());
  ASSERT_THAT(policy.witnesses(), SizeIs(5));
  EXPECT_EQ(policy.witnesses()[4].name, "w5");
  EXPECT_EQ(policy.WitnessName(testing::OtherVkey(5)), "w5");
  EXPECT_EQ(policy.WitnessName(testing::OtherVkey(6)), "");
  ASSERT_THAT(policy.groups(), SizeIs(3));
  EXPECT_EQ(policy.groups()[1].threshold, 2u);
  EXPECT_EQ(policy.quorum(), "final");
}

TEST(PolicyParse, ReadsUrlsAndTabs) {
  const Policy policy = Parsed(absl::StrCat(
      "log\t", testing::Vector().at("log_vkey"), " \t https://log.example.org\n", "witness w1 ",
      testing::OtherVkey(1).ToString(), " https://w1.example.net/\nquorum\tw1 \n"));
  EXPECT_EQ(policy.logs()[0].url, "https://log.example.org");
  EXPECT_EQ(policy.witnesses()[0].url, "https://w1.example.net/");
  EXPECT_EQ(Parsed(policy.Format()), policy);
}

TEST(PolicyFormat, IsReadAsTheSamePolicy) {
  const Policy policy = Parsed(GoodPolicy());
  EXPECT_EQ(Parsed(policy.Format()), policy);
  EXPECT_EQ(Parsed(policy.Format()).Format(), policy.Format());
  EXPECT_THAT(policy.Format(), HasSubstr("group sides 2 w4 w5\n"));
  const Policy none = Parsed("quorum none\n");
  EXPECT_EQ(none.Format(), "quorum none\n");
}

TEST(PolicyIsSatisfiedBy, CountsGroupsWithinGroups) {
  const Policy policy = Parsed(GoodPolicy());
  EXPECT_TRUE(policy.IsSatisfiedBy(SignedBy({1, 2, 4, 5})));
  EXPECT_TRUE(policy.IsSatisfiedBy(SignedBy({5, 4, 3, 2, 1})));
  EXPECT_FALSE(policy.IsSatisfiedBy(SignedBy({1, 4, 5})));
  EXPECT_FALSE(policy.IsSatisfiedBy(SignedBy({1, 2, 3, 4})));
  EXPECT_FALSE(policy.IsSatisfiedBy({}));
}

TEST(PolicyIsSatisfiedBy, CountsNobodyTwiceAndNoStranger) {
  const Policy policy = Parsed(GoodPolicy());
  EXPECT_FALSE(policy.IsSatisfiedBy(SignedBy({1, 1, 4, 5})));
  EXPECT_FALSE(policy.IsSatisfiedBy(SignedBy({1, 6, 4, 5})));
}

TEST(PolicyIsSatisfiedBy, AWitnessAloneCanBeTheQuorum) {
  const Policy policy = Parsed(absl::StrCat(WitnessLine(1), WitnessLine(2), "quorum w2\n"));
  EXPECT_TRUE(policy.IsSatisfiedBy(SignedBy({2})));
  EXPECT_FALSE(policy.IsSatisfiedBy(SignedBy({1})));
}

TEST(PolicyIsSatisfiedBy, QuorumNoneAsksForNobody) {
  const Policy policy = Parsed("quorum none\n");
  EXPECT_FALSE(policy.WantsWitnesses());
  EXPECT_TRUE(policy.IsSatisfiedBy({}));
  EXPECT_THAT(policy.WitnessKeys(), IsEmpty());
}

TEST(PolicyParse, RefusesWhatAPolicyMayNotSayAndNamesTheLine) {
  const std::string w1 = WitnessLine(1);
  const std::string w2 = WitnessLine(2);
  const std::string type_04_as_log = absl::StrCat("log ", testing::OtherVkey(1).ToString(), "\n");
  const std::string type_01_as_witness =
      absl::StrCat("witness w ", testing::Vector().at("log_vkey"), "\n");
  // The log's raw key in the role of a witness: one key, one role.
  const auto both =
      keys::VerifierKey::Create("w", keys::NoteKeyType::kCosignature, testing::LogVkey().key());
  const std::string same_key = absl::StrCat(LogLine(), "witness w ", both->ToString(), "\n");
  const std::string q = "quorum none\n";
  const std::vector<std::pair<std::string, const char*>> cases = {
      {"", "without quorum"},
      {LogLine(), "without quorum"},
      {q + q, "line 2: a second quorum"},
      {"quorum none", "line 1 is cut off"},
      {"quorum\n", "line 1: 'quorum' line is incomplete"},
      {"quorum none none\n", "line 1: 'quorum' line has too many words"},
      {"quorum w1\n" + w1, "line 1: w1 is not defined above"},
      {"quorum none\r\n", "control character"},
      {std::string("quorum none\n\0", 13), "control character"},
      {"quorum none\n\x7F", "control character"},
      {"Quorum none\n", "line 1: neither log"},
      {"log\n" + q, "line 1: 'log' line is incomplete"},
      {"log x\n" + q, "line 1: the key"},
      {"log a b c\n" + q, "too many words"},
      {LogLine() + LogLine() + q, "line 2: the public key of"},
      {same_key + q, "line 2: the public key of"},
      {type_04_as_log + q, "line 1: a log's key is of type 01"},
      {type_01_as_witness + q, "line 1: a witness's key is of type 04"},
      {w1 + w1 + q, "line 2: w1 is defined already"},
      {w1 + absl::StrCat("witness other ", testing::OtherVkey(1).ToString(), "\n") + q,
       "line 2: the public key of"},
      {absl::StrCat("witness none ", testing::OtherVkey(1).ToString(), "\n") + q, "'none'"},
      {"witness w1\n" + q, "line 1: 'witness' line is incomplete"},
      {"group g any\n" + q, "line 1: 'group' line is incomplete"},
      {"group g any w1\n" + w1 + q, "line 1: w1 is not defined above"},
      {"group g any g\n" + q, "line 1: g is not defined above"},
      {w1 + "group g 0 w1\n" + q, "line 2: a threshold"},
      {w1 + "group g 2 w1\n" + q, "line 2: a threshold"},
      {w1 + "group g 01 w1\n" + q, "line 2: a threshold"},
      {w1 + "group g some w1\n" + q, "line 2: a threshold"},
      {w1 + "group g any w1 w1\n" + q, "line 2: w1 is a member already"},
      {w1 + "group g any w1\ngroup h any w1\n" + q, "line 3: w1 is a member already"},
      {w1 + "group w1 any w1\n" + q, "line 2: w1 is defined already"},
      {w1 + w2 + "group g any w1\ngroup g any w2\n" + q, "line 4: g is defined already"},
      {w1 + "group none any w1\n" + q, "'none'"},
  };
  for (const auto& [text, message] : cases) {
    EXPECT_THAT(Policy::Parse(text),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(message)))
        << text;
  }
}

TEST(PolicyParse, TakesThirtyTwoOfEachAndNotOneMore) {
  std::string text;
  for (int i = 0; i < 32; ++i) absl::StrAppend(&text, WitnessLine(i));
  for (int i = 0; i < 32; ++i) absl::StrAppend(&text, "group g", i, " any w", i, "\n");
  EXPECT_THAT(Policy::Parse(text + "quorum g31\n"), IsOk());
  EXPECT_THAT(Policy::Parse(text + WitnessLine(32) + "quorum none\n"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("more than 32 witnesses")));
  EXPECT_THAT(Policy::Parse(text + "group more any g0\nquorum none\n"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("more than 32 groups")));
  std::string logs;
  for (int i = 0; i < 33; ++i) {
    const auto key = keys::VerifierKey::Create("log", keys::NoteKeyType::kEd25519,
                                               testing::OtherKey(i).Public());
    absl::StrAppend(&logs, "log ", key->ToString(), "\n");
  }
  EXPECT_THAT(Policy::Parse(logs + "quorum none\n"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("more than 32 logs")));
  EXPECT_THAT(Policy::Parse(std::string(kMaxPolicyBytes + 1, '\n')),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at most 65536")));
}

TEST(PolicyParse, NoCutAndNoFlippedBitIsTheSamePolicy) {
  testing::ExpectNoCutOrFlipPasses(Parsed(GoodPolicy()).Format(),
                                   [](const std::string& text) { return Policy::Parse(text); });
}

TEST(PolicyCreate, HoldsToTheSameRules) {
  const Policy::Witness one{.name = "w1", .key = testing::OtherVkey(1), .url = ""};
  const Policy::Group group{.name = "g", .threshold = 1, .members = {"w1"}};
  ASSERT_OK_AND_ASSIGN(const Policy policy, Policy::Create({}, {one}, {group}, "g"));
  EXPECT_EQ(policy, Parsed(absl::StrCat(WitnessLine(1), "group g 1 w1\nquorum g\n")));
  EXPECT_THAT(Policy::Create({}, {one, one}, {}, ""),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("defined already")));
  EXPECT_THAT(Policy::Create({}, {one}, {}, "g"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("not defined")));
  for (const char* name : {"", "a b", "a\nb", "\x7F"}) {
    Policy::Witness bad = one;
    bad.name = name;
    EXPECT_THAT(Policy::Create({}, {bad}, {}, ""), StatusIs(absl::StatusCode::kInvalidArgument));
  }
  Policy::Witness bad_url = one;
  bad_url.url = "https://x y";
  EXPECT_THAT(Policy::Create({}, {bad_url}, {}, ""),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("URL")));
}

}  // namespace
}  // namespace cairn::note
