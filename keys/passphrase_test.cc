#include "keys/passphrase.h"

#include <pty.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <functional>
#include <string>

#include "keys/test_support.h"
#include "tests/testing/status.h"

namespace cairn::keys {
namespace {

using ::cairn::testing::StatusIs;
using ::testing::HasSubstr;

class PassphraseFileTest : public ::testing::Test {
 protected:
  absl::StatusOr<SecretBytes> ReadOf(absl::string_view content, mode_t mode = 0600) {
    WriteFileOf(folder_.File("passphrase"), content);
    EXPECT_EQ(chmod(folder_.File("passphrase").c_str(), mode), 0);
    return ReadPassphraseFile(folder_.File("passphrase"));
  }
  TemporaryFolder folder_;
};

TEST_F(PassphraseFileTest, OneLineEndIsTakenOffAndNothingElse) {
  for (const char* content : {"two words", "two words\n", "two words\r\n"}) {
    ASSERT_OK_AND_ASSIGN(SecretBytes passphrase, ReadOf(content));
    EXPECT_EQ(AsText(passphrase.View()), "two words");
  }
  ASSERT_OK_AND_ASSIGN(SecretBytes passphrase, ReadOf(" x \n\n"));
  EXPECT_EQ(AsText(passphrase.View()), " x \n");
}

TEST_F(PassphraseFileTest, EmptyTooLongAndZeroBytesAreRefused) {
  EXPECT_THAT(ReadOf(""), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("empty")));
  EXPECT_THAT(ReadOf("\n"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("empty")));
  EXPECT_THAT(ReadOf(std::string(kMaxPassphraseSize + 1, 'x')),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at most 1024")));
  EXPECT_THAT(ReadOf(std::string(10'000, 'x')), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ReadOf(std::string("a\0b", 3)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("zero byte")));
  ASSERT_OK_AND_ASSIGN(SecretBytes longest, ReadOf(std::string(kMaxPassphraseSize, 'x') + "\r\n"));
  EXPECT_EQ(longest.size(), kMaxPassphraseSize);
}

TEST_F(PassphraseFileTest, AFileThatOthersCanReadIsRefused) {
  EXPECT_THAT(ReadOf("secret\n", 0644),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("chmod 600")));
}

TEST_F(PassphraseFileTest, AMissingFileIsSaidSo) {
  EXPECT_THAT(ReadPassphraseFile(folder_.File("none")), StatusIs(absl::StatusCode::kNotFound));
}

TEST(PassphraseFd, IsReadToItsEnd) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  ASSERT_EQ(write(ends[1], "sec", 3), 3);
  ASSERT_EQ(write(ends[1], "ret\n", 4), 4);
  close(ends[1]);
  ASSERT_OK_AND_ASSIGN(SecretBytes passphrase, ReadPassphraseFd(ends[0]));
  EXPECT_EQ(AsText(passphrase.View()), "secret");
  close(ends[0]);
  EXPECT_THAT(ReadPassphraseFd(ends[0]), StatusIs(absl::StatusCode::kUnavailable));
}

// A child on a terminal of its own, which this side plays the person at.
class PromptTest : public ::testing::Test {
 protected:
  // Runs `body` in the child; what it returns is the child's exit status.
  void Start(const std::function<int()>& body) {
    child_ = forkpty(&terminal_, nullptr, nullptr, nullptr);
    ASSERT_GE(child_, 0);
    if (child_ == 0) _exit(body());
  }
  void TearDown() override {
    if (terminal_ >= 0) close(terminal_);
  }
  // Reads until `text` was shown.
  void WaitFor(absl::string_view text) {
    char c;
    while (shown_.find(std::string(text)) == shown_.npos && read(terminal_, &c, 1) == 1) {
      shown_.push_back(c);
    }
    ASSERT_THAT(shown_, HasSubstr(std::string(text)));
  }
  void Type(absl::string_view text) {
    ASSERT_EQ(write(terminal_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  int Status() {
    char c;
    while (read(terminal_, &c, 1) == 1) shown_.push_back(c);
    int status = -1;
    EXPECT_EQ(waitpid(child_, &status, 0), child_);
    return status;
  }

  pid_t child_ = -1;
  int terminal_ = -1;
  std::string shown_;
};

int ExitOf(const absl::StatusOr<SecretBytes>& got, absl::string_view wanted) {
  if (!got.ok()) return static_cast<int>(got.status().code());
  return AsText(got->View()) == wanted ? 0 : 100;
}

TEST_F(PromptTest, AsksWithoutEchoAndSetsTheTerminalBack) {
  Start([] {
    int exit = ExitOf(PromptPassphrase("Passphrase: "), "open sesame");
    struct termios now;
    if (tcgetattr(0, &now) != 0 || (now.c_lflag & ECHO) == 0) return 101;
    return exit;
  });
  WaitFor("Passphrase: ");
  Type("open sesame\n");
  EXPECT_EQ(Status(), 0);
  EXPECT_EQ(shown_.find("sesame"), shown_.npos);
}

TEST_F(PromptTest, AsksTwiceWhenToConfirm) {
  Start([] { return ExitOf(PromptPassphrase("First: ", true), "one two three"); });
  WaitFor("First: ");
  Type("one two three\n");
  WaitFor("again: ");
  Type("one two three\n");
  EXPECT_EQ(Status(), 0);
}

TEST_F(PromptTest, RefusesTwoThatDiffer) {
  Start([] { return ExitOf(PromptPassphrase("First: ", true), "one two three"); });
  WaitFor("First: ");
  Type("one two three\n");
  WaitFor("again: ");
  Type("one two thre3\n");
  EXPECT_EQ(WEXITSTATUS(Status()), static_cast<int>(absl::StatusCode::kInvalidArgument));
}

TEST_F(PromptTest, ControlCEndsTheProcessAsIfItHadNotAsked) {
  Start([] { return ExitOf(PromptPassphrase("Passphrase: "), "x"); });
  WaitFor("Passphrase: ");
  Type("half\x03");
  int status = Status();
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGINT);
}

TEST(NewPassphrase, HasTwelveCharacters) {
  const auto check = [](absl::string_view text) {
    return CheckNewPassphrase(SecretBytes::CopyOf(AsBytes(text))).code();
  };
  EXPECT_EQ(check("x"), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(check("elevenchars"), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(check("twelve chars"), absl::StatusCode::kOk);
  // Characters, not bytes.
  EXPECT_EQ(check("\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4"),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(PromptTest, SaysThatThereIsNoTerminal) {
  pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    setsid();  // Leaves the terminal that the tests may run on.
    _exit(ExitOf(PromptPassphrase("Passphrase: "), "x"));
  }
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), static_cast<int>(absl::StatusCode::kFailedPrecondition));
}

}  // namespace
}  // namespace cairn::keys
