// Both ways with the age program of Debian.
#include <string>
#include <vector>

#include "keys/age_test_support.h"
#include "keys/test_support.h"
#include "tests/testing/status.h"

namespace cairn::keys {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;

class AgeProgramTest : public ::testing::TestWithParam<std::size_t> {
 protected:
  void SetUp() override {
    ASSERT_EQ(RunShell("age --version >/dev/null 2>&1"), 0) << "the package age is not installed";
    for (int i = 0; i < 2; ++i) {
      keys_.push_back(SealingPrivateKey::Generate());
      recipients_.push_back(keys_.back().Public());
      SecretBytes identity = keys_.back().Identity();
      WriteFileOf(folder_.File("identity" + std::to_string(i)), AsText(identity.View()));
    }
    content_ = SomeContent(GetParam());
  }

  TemporaryFolder folder_;
  std::vector<SealingPrivateKey> keys_;
  std::vector<SealingPublicKey> recipients_;
  Bytes content_;
};

TEST_P(AgeProgramTest, OpensWhatWeSeal) {
  ASSERT_OK_AND_ASSIGN(Bytes sealed, SealAll(recipients_, AsBytes(content_)));
  WriteFileOf(folder_.File("sealed"), sealed);
  for (std::string i : {"0", "1"}) {
    ASSERT_EQ(RunShell("age -d -i " + folder_.File("identity" + i) + " -o " +
                       folder_.File("opened") + " " + folder_.File("sealed")),
              0);
    EXPECT_EQ(ContentsOf(folder_.File("opened")) == content_, true);
  }
}

TEST_P(AgeProgramTest, SealsWhatWeOpen) {
  WriteFileOf(folder_.File("content"), content_);
  ASSERT_EQ(RunShell("age -r " + recipients_[0].Recipient() + " -r " + recipients_[1].Recipient() +
                     " -o " + folder_.File("sealed") + " " + folder_.File("content")),
            0);
  Bytes sealed = ContentsOf(folder_.File("sealed"));
  EXPECT_EQ(sealed.size(), SealedSize(content_.size(), 2));
  for (const SealingPrivateKey& key : keys_) {
    ASSERT_OK_AND_ASSIGN(Bytes opened, OpenAll(sealed, key));
    EXPECT_EQ(opened == content_, true);
  }
  EXPECT_THAT(OpenAll(sealed, SealingPrivateKey::Generate()),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

INSTANTIATE_TEST_SUITE_P(Sizes, AgeProgramTest,
                         ::testing::Values(0, 1, 65535, 65536, 65537, 131072, 3'000'000));

}  // namespace
}  // namespace cairn::keys
