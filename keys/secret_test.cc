#include "keys/secret.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <set>
#include <utility>

#include "keys/test_support.h"
#include "tests/testing/status.h"

namespace cairn::keys {
namespace {

template <typename T>
concept PrintableSecret = requires(std::ostream& out, const T& value) {
  out << value;
};
template <typename T>
concept ComparableSecret = requires(const T& value) {
  value == value;
};

TEST(SecretBytes, CannotBePrintedOrComparedOrCopied) {
  static_assert(!PrintableSecret<SecretBytes>);
  static_assert(!ComparableSecret<SecretBytes>);
  static_assert(!std::is_copy_constructible_v<SecretBytes>);
}

TEST(SecretBytes, StartsAsZeros) {
  SecretBytes secret(100);
  EXPECT_EQ(ToBytes(secret.View()), Bytes(100, '\0'));
}

TEST(SecretBytes, MovingLeavesNothingBehind) {
  SecretBytes first = SecretOf("secret");
  SecretBytes second = std::move(first);
  EXPECT_EQ(AsText(second.View()), "secret");
  EXPECT_TRUE(first.empty());  // NOLINT(bugprone-use-after-move): what is tested.
  SecretBytes third(3);
  third = std::move(second);
  EXPECT_EQ(AsText(third.View()), "secret");
  EXPECT_TRUE(second.empty());  // NOLINT(bugprone-use-after-move)
}

TEST(SecretBytes, ConstantTimeEqualsTellsLengthAndContent) {
  EXPECT_TRUE(ConstantTimeEquals(SecretOf("same"), SecretOf("same")));
  EXPECT_FALSE(ConstantTimeEquals(SecretOf("same"), SecretOf("sbme")));
  EXPECT_FALSE(ConstantTimeEquals(SecretOf("same"), SecretOf("samee")));
  EXPECT_TRUE(ConstantTimeEquals(SecretBytes(), SecretBytes()));
}

TEST(Random, DoesNotRepeat) {
  std::set<Bytes> seen;
  for (int i = 0; i < 100; ++i) seen.insert(RandomBytes(16));
  for (int i = 0; i < 100; ++i) seen.insert(ToBytes(RandomSecret(16).View()));
  EXPECT_EQ(seen.size(), 200u);
}

TEST(DisableCoreDumps, ClosesTheProcess) {
  pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    struct rlimit limit;
    bool closed = DisableCoreDumps().ok() && prctl(PR_GET_DUMPABLE) == 0 &&
                  getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0 && limit.rlim_max == 0;
    _exit(closed ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace cairn::keys
