// What cannot be taken back, as the program does it: asked for, checked first, and never half done.
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "cairn/v1/statement.pb.h"
#include "client/annex.h"
#include "client/commands/handover_id.h"
#include "client/package_home.h"
#include "client/same_act.h"
#include "client/speak.h"
#include "client/testing.h"
#include "gtest/gtest.h"
#include "tests/testing/status.h"

namespace cairn::client {
namespace {

using ::cairn::client::testing::FakeBroker;
using ::cairn::client::testing::OrAbort;
using ::cairn::client::testing::TempFolder;
using ::cairn::client::testing::TestParty;
using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr char kExerciseCharter[] = R"(name = "H-1"
exercise = true
mediator_threshold = 2
rule_set = "RULES"
[parties]
holding-party = ["holding"]
receiver = ["receiving", "assessor"]
[areas]
north = "North"
[sources]
archive-1 = "Archive"
[recipients]
receiver = "persons"
[terms]
custody = "7d"
answer = "30s"
)";

class DeliveryTest : public ::testing::Test {
 protected:
  DeliveryTest() : party_(broker_), built_(files_.path() + "/built") {}

  // Exit code of the program; its stderr goes to err_.
  int Run(const std::string& arguments) {
    const std::string home = party_.home().folder();
    const std::string err = files_.path() + "/err";
    const std::string command =
        absl::StrCat("env -u CAIRN_BROKER -u CAIRN_PASSPHRASE_FILE -u CAIRN_HANDOVER ",
                     CAIRN_BINARY_DIR, "/bin/cairn --no-input --home ", home, " --passphrase-file ",
                     home, "/passphrase ", arguments, " >/dev/null 2>", err, " </dev/null");
    const int status = std::system(command.c_str());
    err_ = OrAbort(ReadFile(err));
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }
  std::string Handover(const char* name, v1::CharterRole role) {
    v1::Statement statement;
    v1::Charter& charter = *statement.mutable_open_handover()->mutable_charter();
    charter.set_name(name);
    v1::CharterParty& party = *charter.add_parties();
    party.set_party("holding-party");
    party.add_roles(role);
    return OrAbort(Speak(party_.context(), statement)).id.Hex();
  }
  void Build() {
    ASSERT_THAT(MakeFolder(built_.folder()), IsOk());
    files_.Write("built/package.age", "sealed");
    v1::SubmitPackage said;
    said.set_kind(v1::PACKAGE_KIND_ORIGINAL);
    said.set_digest(keys::Sha256(keys::AsBytes("sealed")).ToBytes());
    said.set_size(6);
    ASSERT_THAT(WriteSubmission(built_, said), IsOk());
  }
  std::string CharterFileAt() const {
    return files_.Write(
        "charter.toml",
        absl::StrReplaceAll(
            kExerciseCharter,
            {{"RULES", absl::StrCat(CAIRN_SOURCE_DIR,
                                    "/audit/completeness/rule_sets/apii_1996.textproto")}}));
  }

  FakeBroker broker_;
  TestParty party_;
  TempFolder files_;
  PackageFolder built_;
  std::string err_;
};

TEST_F(DeliveryTest, APartyThatMayNotSubmitLeavesNothingAnywhere) {
  Build();
  const std::string handover = Handover("H-1", v1::CHARTER_ROLE_RECEIVING);
  const std::string submit =
      absl::StrCat("package submit ", built_.folder(), " --handover ", handover);
  for (const std::string& how : {submit, absl::StrCat(submit, " --export ", files_.path(), "/c")}) {
    EXPECT_EQ(Run(how), 3);
    EXPECT_THAT(err_, HasSubstr("holding-party is no holding party in the charter of H-1"));
  }
  EXPECT_FALSE(std::filesystem::exists(party_.home().Packages()));
  EXPECT_FALSE(std::filesystem::exists(files_.path() + "/c"));
  EXPECT_THAT(broker_.write_offsets(), IsEmpty());
  EXPECT_THAT(broker_.submitted(), SizeIs(1)) << "only the handover";
}

TEST_F(DeliveryTest, AnExportThatCouldNotBeFinishedIsNotInTheWay) {
  Build();
  const std::string handover = Handover("H-1", v1::CHARTER_ROLE_HOLDING);
  const std::string carrier = files_.path() + "/carrier";
  const std::string submit = absl::StrCat("package submit ", built_.folder(), " --handover ",
                                          handover, " --export ", carrier);
  EXPECT_EQ(Run("--key missing " + submit), 3);
  EXPECT_FALSE(std::filesystem::exists(carrier));
  EXPECT_FALSE(std::filesystem::exists(carrier + ".part"));
  EXPECT_EQ(Run(submit), 0) << err_;
  EXPECT_THAT(ReadFile(carrier + "/package.age"), IsOk());
  EXPECT_THAT(ReadFile(carrier + "/statement.signed"), IsOk());
  EXPECT_EQ(Run(submit), 3);
  EXPECT_THAT(err_, HasSubstr("is there already"));
  // Lost on the way: the same again is the same bytes, not another statement.
  const std::string signed_once = OrAbort(ReadFile(carrier + "/statement.signed"));
  std::filesystem::remove_all(carrier);
  EXPECT_EQ(Run(submit), 0) << err_;
  EXPECT_EQ(OrAbort(ReadFile(carrier + "/statement.signed")), signed_once);
}

TEST_F(DeliveryTest, OpeningAHandoverAsksAndIsNotDoneTwiceByASlip) {
  const std::string open = "handover open --charter " + CharterFileAt();
  EXPECT_EQ(Run(open), 2);
  EXPECT_THAT(err_, AllOf(HasSubstr("H-1 (exercise)"), HasSubstr("--yes")));
  EXPECT_THAT(broker_.logged(), IsEmpty());
  EXPECT_EQ(Run("--yes " + open), 0) << err_;
  EXPECT_EQ(Run("--yes " + open), 3);
  EXPECT_THAT(err_, AllOf(HasSubstr("has opened a handover H-1"), HasSubstr("--again")));
  EXPECT_THAT(broker_.logged(), SizeIs(1));
  EXPECT_EQ(Run("--yes " + open + " --again"), 0) << err_;
  EXPECT_THAT(broker_.logged(), SizeIs(2));
}

TEST_F(DeliveryTest, SeveralHandoversAreListed) {
  const std::string first = Handover("H-1", v1::CHARTER_ROLE_HOLDING);
  const std::string second = Handover("H-2", v1::CHARTER_ROLE_HOLDING);
  EXPECT_THAT(ResolveHandover(party_.context(), ""),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr(first + "  H-1  opened 20"), HasSubstr(second + "  H-2"),
                             HasSubstr("CAIRN_HANDOVER"))));
  setenv("CAIRN_HANDOVER", "H-2", 1);
  const absl::StatusOr<keys::Bytes> chosen = ResolveHandover(party_.context(), "");
  unsetenv("CAIRN_HANDOVER");
  ASSERT_THAT(chosen, IsOk());
  EXPECT_EQ(keys::Digest::FromBytes(keys::AsBytes(*chosen))->Hex(), second);
}

TEST_F(DeliveryTest, TheSameAnnexStoredTwiceIsTheSameAct) {
  const auto rejecting = [this](const char* why) {
    v1::Statement statement;
    *statement.mutable_reject()->mutable_text() =
        OrAbort(StoreAnnex(party_.home(), keys::AsBytes(why)));
    return statement;
  };
  const v1::Statement one = rejecting("the scans are blank"),
                      same = rejecting("the scans are blank");
  ASSERT_NE(one.reject().text().digest(), same.reject().text().digest());
  EXPECT_TRUE(IsSameAct(party_.home(), one, same));
  EXPECT_FALSE(IsSameAct(party_.home(), one, rejecting("the scans are black")));
}

TEST_F(DeliveryTest, TheSameContentSealedTwiceIsTheSameAct) {
  const auto finding = [this](const char* sealed, const char* content) {
    v1::Statement statement;
    v1::AnnexRef& annex = *statement.mutable_reject()->mutable_text();
    annex = OrAbort(StoreAnnex(party_.home(), keys::AsBytes(sealed)));
    EXPECT_THAT(RememberContent(party_.home(), annex, keys::AsBytes(content)), IsOk());
    return statement;
  };
  // Sealed bytes are others each time, and longer for more recipients.
  const v1::Statement one = finding("sealed, once", "what the team saw"),
                      same = finding("sealed for others, again", "what the team saw");
  EXPECT_TRUE(IsSameAct(party_.home(), one, same));
  EXPECT_FALSE(IsSameAct(party_.home(), one, finding("sealed, once", "what it did not see")));
}

}  // namespace
}  // namespace cairn::client
