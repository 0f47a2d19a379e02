// The program itself: exit codes, what it says, signals, reflection, the assessment's process.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "broker/assess_worker.h"
#include "broker/testing.h"
#include "tests/testing/status.h"

namespace cairn::broker::testing {
namespace {

using cairn::testing::StatusIs;
using ::testing::HasSubstr;

const char kProgram[] = CAIRN_BINARY_DIR "/bin/cairn-broker";

struct Ended {
  int code = -1;
  std::string out;
  std::string err;
};

std::string SlurpFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

// Runs the program in a folder of its own, with a passphrase file named "pass".
class ProgramTest : public ::testing::Test {
 protected:
  ProgramTest() {
    std::ofstream(folder_.path() + "/pass") << "a secret phrase\n";
    std::filesystem::permissions(folder_.path() + "/pass", std::filesystem::perms::owner_read);
  }

  pid_t Start(const std::string& arguments) {
    const pid_t pid = ::fork();
    if (pid != 0) return pid;
    const std::string line = "cd " + folder_.path() + " && exec " + kProgram + " " + arguments +
                             " >out 2>err </dev/null";
    ::execl("/bin/sh", "sh", "-c", line.c_str(), static_cast<char*>(nullptr));
    ::_exit(127);
  }
  Ended Wait(pid_t pid) {
    int status = 0;
    ::waitpid(pid, &status, 0);
    return {.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1,
            .out = SlurpFile(folder_.path() + "/out"),
            .err = SlurpFile(folder_.path() + "/err")};
  }
  Ended Run(const std::string& arguments) { return Wait(Start(arguments)); }
  Ended Init() {
    return Run(
        "init --origin example.org/log --operator-name Operator --key-cost insecure-minimum "
        "--passphrase-file pass --grpc-listen 127.0.0.1:0 --http-listen 127.0.0.1:0");
  }
  void Genesis() {
    std::ofstream(folder_.path() + "/r.entry", std::ios::binary)
        << statement::CanonicalBytes(LogBuilder("example.org/log").Entry("registrar-a")).value();
    const Ended ended = Run("genesis --registrar r.entry");
    ASSERT_EQ(ended.code, 0) << ended.err;
  }
  // The address that the broker says in its log, once it has started.
  std::string WaitForAddress() {
    for (int i = 0; i < 1000; ++i) {
      const std::string err = SlurpFile(folder_.path() + "/err");
      const auto at = err.find("\"grpc\":\"");
      if (at != std::string::npos) return err.substr(at + 8, err.find('"', at + 8) - at - 8);
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return "";
  }

  TempFolder folder_;
};

TEST_F(ProgramTest, VersionAndHelpAreDone) {
  EXPECT_EQ(Run("--version").code, 0);
  EXPECT_EQ(Run("--help").code, 0);
  EXPECT_EQ(Run("genesis --help").code, 0);
  for (const char* command : {"", "init", "genesis", "fsck", "certificate"}) {
    const Ended behind = Run(std::string(command) + " --help");
    EXPECT_EQ(behind.code, 0) << command;
    EXPECT_THAT(behind.out, HasSubstr("Examples:\n  cairn-broker")) << command;
    EXPECT_THAT(behind.out, HasSubstr("Exit codes: 0")) << command;
    EXPECT_EQ(Run(std::string("help ") + command).out, behind.out) << command;
  }
  EXPECT_THAT(Run("--help").out, HasSubstr("[default 1000; CAIRN_BROKER_LOG_PUBLISH_MS]"));
  EXPECT_EQ(Run("help nothing").code, 2);
}

TEST_F(ProgramTest, WrongUseIsTwo) {
  EXPECT_EQ(Run("--no-such-flag").code, 2);
  EXPECT_EQ(Run("init").code, 2);
  EXPECT_EQ(Run("--grpc-listen 0.0.0.0:1 --broker-origin x").code, 2);
}

TEST_F(ProgramTest, InitTakesNoShortPassphrase) {
  std::filesystem::remove(folder_.path() + "/pass");
  std::ofstream(folder_.path() + "/pass") << "x\n";
  std::filesystem::permissions(folder_.path() + "/pass", std::filesystem::perms::owner_read);
  const Ended ended = Init();
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr("at least 12 characters"));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() + "/keys"));
}

TEST_F(ProgramTest, InitRefusesNamesAndAddressesThatAreNone) {
  const std::string rest = " --operator-name O --key-cost insecure-minimum --passphrase-file pass";
  const Ended origin = Run("init --origin https://example.org/log" + rest);
  EXPECT_EQ(origin.code, 2);
  EXPECT_THAT(origin.err, HasSubstr("--origin"));
  EXPECT_THAT(origin.err, HasSubstr("scheme"));
  const Ended listen = Run("init --origin example.org/log --grpc-listen nonsense" + rest);
  EXPECT_EQ(listen.code, 2);
  EXPECT_THAT(listen.err, HasSubstr("--grpc-listen"));
  EXPECT_FALSE(std::filesystem::exists(folder_.path() + "/broker.toml"));
  ASSERT_EQ(Init().code, 0);
  const Ended file = Run("fsck --grpc-listen nonsense");
  EXPECT_EQ(file.code, 2);
  EXPECT_THAT(file.err, HasSubstr("grpc.listen"));
}

TEST_F(ProgramTest, WhatCannotBeDoneIsThreeAndSaysWhy) {
  const Ended missing = Run("--config nowhere.toml");
  EXPECT_EQ(missing.code, 3);
  EXPECT_THAT(missing.err, HasSubstr("nowhere.toml"));
  ASSERT_EQ(Init().code, 0);
  std::ofstream(folder_.path() + "/guess") << "guess\n";
  std::filesystem::permissions(folder_.path() + "/guess", std::filesystem::perms::owner_read);
  const Ended wrong = Run("--passphrase-file guess");
  EXPECT_EQ(wrong.code, 3);
  EXPECT_THAT(wrong.err, HasSubstr("wrong passphrase"));
}

TEST_F(ProgramTest, ErrorsInJsonForWhoAsks) {
  const Ended ended = Run("--config nowhere.toml --output json");
  EXPECT_EQ(ended.code, 3);
  EXPECT_THAT(ended.err, HasSubstr("{\"error\":{\"code\":\"NOT_FOUND\""));
}

TEST_F(ProgramTest, ABrokerRunsUntilItIsToldToStopAndItsLogHasNoDoubts) {
  ASSERT_EQ(Init().code, 0);
  Genesis();
  const pid_t pid = Start("");
  const std::string address = WaitForAddress();
  ASSERT_FALSE(address.empty()) << SlurpFile(folder_.path() + "/err");
  const auto stub =
      v1::LogService::NewStub(grpc::CreateChannel(address, grpc::InsecureChannelCredentials()));
  v1::LogInfo info;
  const grpc::Status status = stub->GetInfo(BrokerUnderTest::Context().get(), {}, &info);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(info.genesis().size(), 32u);
  ::kill(pid, SIGTERM);
  const Ended ended = Wait(pid);
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.err, HasSubstr("broker_stopped"));
  EXPECT_THAT(ended.err, ::testing::Not(HasSubstr("a secret phrase")));
  const Ended checked = Run("fsck");
  EXPECT_EQ(checked.code, 0) << checked.out << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("no doubts"));
}

TEST_F(ProgramTest, FsckBesideARunningBrokerIsToldSo) {
  ASSERT_EQ(Init().code, 0);
  Genesis();
  const pid_t pid = Start("");
  ASSERT_FALSE(WaitForAddress().empty());
  const std::string line =
      std::string("cd ") + folder_.path() + " && " + kProgram + " fsck >/dev/null 2>&1";
  const int code = std::system(line.c_str());
  EXPECT_EQ(WEXITSTATUS(code), 3);
  ::kill(pid, SIGINT);
  EXPECT_EQ(Wait(pid).code, 0);
}

TEST_F(ProgramTest, FsckFindsAFlippedByteInTheAnchor) {
  ASSERT_EQ(Init().code, 0);
  Genesis();
  {
    std::FILE* const anchor = std::fopen((folder_.path() + "/data/anchor").c_str(), "r+b");
    ASSERT_NE(anchor, nullptr);
    std::fseek(anchor, 40, SEEK_SET);
    const int byte = std::fgetc(anchor);
    std::fseek(anchor, 40, SEEK_SET);
    std::fputc(byte ^ 1, anchor);
    std::fclose(anchor);
  }
  const Ended ended = Run("fsck --output json");
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("\"about\": \"anchor\""));
}

TEST_F(ProgramTest, FsckOfADatabaseThatCannotBeOpenedIsAVerdict) {
  ASSERT_EQ(Init().code, 0);
  Genesis();
  std::ofstream(folder_.path() + "/data/db/CURRENT") << "MANIFEST-999999\n";
  const Ended ended = Run("fsck --output json");
  EXPECT_EQ(ended.code, 1) << ended.out << ended.err;
  EXPECT_THAT(ended.out, HasSubstr("\"about\": \"database\""));
  EXPECT_THAT(ended.out, HasSubstr("MANIFEST-999999"));
}

// Whether the server answers the reflection service: a call with an empty message is answered with
// anything but UNIMPLEMENTED.
bool AnswersReflection(const std::string& address) {
  const auto channel = grpc::CreateChannel(address, grpc::InsecureChannelCredentials());
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(10));
  grpc::internal::RpcMethod method("/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
                                   grpc::internal::RpcMethod::BIDI_STREAMING);
  const std::unique_ptr<grpc::ClientReaderWriter<v1::GetInfoRequest, v1::LogInfo>> stream(
      grpc::internal::ClientReaderWriterFactory<v1::GetInfoRequest, v1::LogInfo>::Create(
          channel.get(), method, &context));
  stream->WritesDone();
  return stream->Finish().error_code() != grpc::StatusCode::UNIMPLEMENTED;
}

TEST_F(ProgramTest, ReflectionIsOnExactlyWhenConfigured) {
  ASSERT_EQ(Init().code, 0);
  for (const bool wanted : {false, true}) {
    std::filesystem::remove(folder_.path() + "/err");
    const pid_t pid = Start(wanted ? "--grpc-reflection true" : "");
    const std::string address = WaitForAddress();
    ASSERT_FALSE(address.empty()) << SlurpFile(folder_.path() + "/err");
    EXPECT_EQ(AnswersReflection(address), wanted);
    ::kill(pid, SIGTERM);
    EXPECT_EQ(Wait(pid).code, 0);
  }
}

// --- The assessment's process --------------------------------------------------------------------

class WorkerTest : public ProgramTest {
 protected:
  WorkerTest() {
    Init();
    ::signal(SIGPIPE, SIG_IGN);
    work_.set_sealing_key(folder_.path() + "/keys/operator-sealing.key");
    work_.set_rules_folder(folder_.path());
    work_.set_content_folder(folder_.path());
    work_.set_cpu_seconds(60);
    work_.set_memory_mib(4096);
  }
  absl::Status RunWith(const std::string& passphrase, const std::string& program = kProgram) {
    return RunAssessWorker(program, work_, keys::SecretBytes::CopyOf(keys::AsBytes(passphrase)), 60)
        .status();
  }

  v1::AssessWork work_;
};

TEST_F(WorkerTest, AProgramThatIsNotThereIsSaid) {
  EXPECT_THAT(RunWith("a secret phrase", "/nowhere/cairn-broker"),
              StatusIs(absl::StatusCode::kInternal));
}

TEST_F(WorkerTest, AProgramThatSaysNothingIsSaid) {
  EXPECT_THAT(RunWith("a secret phrase", "/bin/false"),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("without a result")));
}

TEST_F(WorkerTest, AWrongPassphraseComesBackAsSuch) {
  EXPECT_THAT(RunWith("guess"), StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(WorkerTest, ARuleSetThatNobodyHasIsNamed) {
  work_.mutable_rule_set()->set_id("NOBODY-1");
  work_.mutable_rule_set()->set_digest(std::string(32, 'd'));
  EXPECT_THAT(RunWith("a secret phrase"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("NOBODY-1")));
}

TEST_F(WorkerTest, AChildThatHangsIsEnded) {
  const auto began = std::chrono::steady_clock::now();
  EXPECT_THAT(
      RunAssessWorker("/usr/bin/yes", work_, keys::SecretBytes::CopyOf(keys::AsBytes("secret")), 1)
          .status(),
      ::testing::AnyOf(StatusIs(absl::StatusCode::kDeadlineExceeded),
                       StatusIs(absl::StatusCode::kResourceExhausted)));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(30));
}

}  // namespace
}  // namespace cairn::broker::testing
