#include "keys/key_file.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "keys/test_support.h"
#include "tests/testing/status.h"

namespace cairn::keys {
namespace {

using ::cairn::testing::IsOk;
using ::cairn::testing::StatusIs;
using ::testing::HasSubstr;

class KeyFileTest : public ::testing::Test {
 protected:
  Bytes Encrypt(const PrivateKey& key) {
    return EncryptKeyFile("holder/signing", key, passphrase_, kMinimumCost).value();
  }
  absl::Status Write(const std::string& path) {
    return WriteKeyFile(path, "holder/signing", signing_, passphrase_, kMinimumCost);
  }
  static mode_t ModeOf(const std::string& path) {
    struct stat found;
    EXPECT_EQ(stat(path.c_str(), &found), 0);
    return found.st_mode & 07777;
  }
  // The good file with one line (from 1) replaced.
  Bytes WithLine(int number, const std::string& line) {
    Bytes file = Encrypt(signing_);
    std::size_t begin = 0;
    for (int i = 1; i < number; ++i) begin = file.find('\n', begin) + 1;
    return file.replace(begin, file.find('\n', begin) - begin, line);
  }

  TemporaryFolder folder_;
  SecretBytes passphrase_ = SecretOf("correct horse");
  PrivateKey signing_ = SigningPrivateKey::Generate();
  PrivateKey sealing_ = SealingPrivateKey::Generate();
};

TEST_F(KeyFileTest, BothKindsGoBothWays) {
  Bytes file = Encrypt(signing_);
  ASSERT_OK_AND_ASSIGN(NamedPrivateKey named, DecryptKeyFile(AsBytes(file), passphrase_));
  EXPECT_EQ(named.name, "holder/signing");
  EXPECT_EQ(std::get<SigningPrivateKey>(named.key).Public(),
            std::get<SigningPrivateKey>(signing_).Public());
  ASSERT_OK_AND_ASSIGN(named, DecryptKeyFile(AsBytes(Encrypt(sealing_)), passphrase_));
  EXPECT_EQ(std::get<SealingPrivateKey>(named.key).Public(),
            std::get<SealingPrivateKey>(sealing_).Public());
}

TEST_F(KeyFileTest, HeaderIsReadWithoutThePassphrase) {
  ASSERT_OK_AND_ASSIGN(KeyFileHeader header, ParseKeyFileHeader(AsBytes(Encrypt(sealing_))));
  EXPECT_EQ(header.name, "holder/signing");
  EXPECT_EQ(header.type, KeyType::kX25519);
  EXPECT_EQ(header.typed_public_key, std::get<SealingPrivateKey>(sealing_).Public().TypedBytes());
  EXPECT_EQ(header.cost, kMinimumCost);
}

TEST_F(KeyFileTest, WrongPassphraseIsSaidSo) {
  EXPECT_THAT(DecryptKeyFile(AsBytes(Encrypt(signing_)), SecretOf("wrong horse")),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("wrong passphrase")));
}

TEST_F(KeyFileTest, EveryFlippedBitAndEveryCutIsRefused) {
  const Bytes file = Encrypt(signing_);
  for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
    Bytes spoiled = file;
    spoiled[bit / 8] = static_cast<char>(spoiled[bit / 8] ^ 1 << bit % 8);
    ASSERT_FALSE(DecryptKeyFile(AsBytes(spoiled), passphrase_).ok()) << spoiled;
  }
  for (std::size_t size = 0; size < file.size(); ++size) {
    EXPECT_THAT(DecryptKeyFile(AsBytes(file.substr(0, size)), passphrase_),
                StatusIs(absl::StatusCode::kInvalidArgument));
  }
  EXPECT_THAT(DecryptKeyFile(AsBytes(file + "\n"), passphrase_),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(KeyFileTest, NameAndCostAreAuthentic) {
  EXPECT_THAT(DecryptKeyFile(AsBytes(WithLine(2, "name: other/signing")), passphrase_),
              StatusIs(absl::StatusCode::kPermissionDenied));
  Bytes other =
      Base64(std::get<SigningPrivateKey>(PrivateKey(SigningPrivateKey::Generate())).Public().Raw());
  EXPECT_THAT(DecryptKeyFile(AsBytes(WithLine(4, "public: " + other)), passphrase_),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(KeyFileTest, EachLineIsNamedWhenItIsWrong) {
  const std::pair<int, std::string> cases[] = {
      {1, "cairn private key v2"},
      {2, "name: a b"},
      {2, "name:x"},
      {3, "type: RSA"},
      {3, "type: ed25519"},
      {4, "public: AAAA"},
      {4, "public: AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="},
      {5, "kdf: scrypt 1 8 AAAAAAAAAAAAAAAAAAAAAA=="},
      {5, "kdf: argon2id 0 8 AAAAAAAAAAAAAAAAAAAAAA=="},
      {5, "kdf: argon2id 11 8 AAAAAAAAAAAAAAAAAAAAAA=="},
      {5, "kdf: argon2id 1 7 AAAAAAAAAAAAAAAAAAAAAA=="},
      {5, "kdf: argon2id 1 1048577 AAAAAAAAAAAAAAAAAAAAAA=="},
      {5, "kdf: argon2id 1 99999999999 AAAAAAAAAAAAAAAAAAAAAA=="},
      {5, "kdf: argon2id -1 8 AAAAAAAAAAAAAAAAAAAAAA=="},
      {5, "kdf: argon2id 01 8 AAAAAAAAAAAAAAAAAAAAAA=="},
      {5, "kdf: argon2id +1 8 AAAAAAAAAAAAAAAAAAAAAA=="},
      {5, "kdf: argon2id 1 8 AAAA"},
      {5, "kdf: argon2id 1  8 AAAAAAAAAAAAAAAAAAAAAA=="},
      {6, "nonce: AAAA"},
      {7, "more: x"},
      {8, "AAAA"},
  };
  for (const auto& [line, text] : cases) {
    EXPECT_THAT(
        DecryptKeyFile(AsBytes(WithLine(line, text)), passphrase_),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("line " + std::to_string(line))))
        << text;
  }
}

TEST_F(KeyFileTest, RefusesEmptyPassphrasesBadNamesAndCostsBeyondTheCaps) {
  EXPECT_THAT(EncryptKeyFile("n", signing_, SecretBytes(), kMinimumCost),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("empty")));
  EXPECT_THAT(DecryptKeyFile(AsBytes(Encrypt(signing_)), SecretBytes()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("empty")));
  EXPECT_THAT(EncryptKeyFile("a b", signing_, passphrase_, kMinimumCost),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(EncryptKeyFile("n", signing_, passphrase_, {1, kMaxMemoryKib + 1}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("memory")));
  EXPECT_THAT(EncryptKeyFile("n", signing_, passphrase_, {kMaxPasses + 1, 8}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("passes")));
}

TEST_F(KeyFileTest, OnDiskItHasMode0600WhateverTheUmask) {
  mode_t before = umask(0);
  absl::Status written = Write(folder_.File("key"));
  umask(before);
  ASSERT_THAT(written, IsOk());
  EXPECT_EQ(ModeOf(folder_.File("key")), 0600u);
  EXPECT_THAT(ReadKeyFile(folder_.File("key"), passphrase_), IsOk());
  EXPECT_THAT(ReadKeyFileHeader(folder_.File("key")), IsOk());
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    files += entry.exists() ? 1 : 0;
  }
  EXPECT_EQ(files, 1) << "nothing temporary is left";
}

TEST_F(KeyFileTest, NothingIsEverOverwritten) {
  WriteFileOf(folder_.File("key"), "precious");
  EXPECT_THAT(Write(folder_.File("key")), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_EQ(ContentsOf(folder_.File("key")), "precious");
  // Nor the place that a dangling link points to.
  std::filesystem::create_symlink(folder_.File("nowhere"), folder_.File("link"));
  EXPECT_THAT(Write(folder_.File("link")), StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_FALSE(std::filesystem::exists(folder_.File("nowhere")));
}

TEST_F(KeyFileTest, OpenModesAreRefusedWithTheRemedy) {
  ASSERT_THAT(Write(folder_.File("key")), IsOk());
  for (mode_t mode : {0640, 0604, 0660, 0700, 0644, 04600}) {
    ASSERT_EQ(chmod(folder_.File("key").c_str(), mode), 0);
    EXPECT_THAT(ReadKeyFile(folder_.File("key"), passphrase_),
                StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("chmod 600")));
  }
  ASSERT_EQ(chmod(folder_.File("key").c_str(), 0400), 0);
  EXPECT_THAT(ReadKeyFile(folder_.File("key"), passphrase_), IsOk());
}

TEST_F(KeyFileTest, LinksFoldersPipesAndMissingFilesAreRefused) {
  ASSERT_THAT(Write(folder_.File("key")), IsOk());
  std::filesystem::create_symlink(folder_.File("key"), folder_.File("link"));
  EXPECT_THAT(ReadKeyFile(folder_.File("link"), passphrase_),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("symbolic link")));
  EXPECT_THAT(ReadKeyFile(folder_.path(), passphrase_),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("regular file")));
  ASSERT_EQ(mkfifo(folder_.File("pipe").c_str(), 0600), 0);
  EXPECT_THAT(ReadKeyFile(folder_.File("pipe"), passphrase_),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("regular file")));
  EXPECT_THAT(ReadKeyFile(folder_.File("none"), passphrase_),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(Write(folder_.File("none/key")), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(KeyFileTest, FilesOfAnotherUserAreRefused) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  ASSERT_THAT(Write(folder_.File("key")), IsOk());
  ASSERT_EQ(chown(folder_.File("key").c_str(), 12345, 12345), 0);
  EXPECT_THAT(ReadKeyFile(folder_.File("key"), passphrase_),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("belongs to user 12345")));
}

TEST_F(KeyFileTest, TheWrongKindOfKeyIsSaidSoAndTheErrorNamesThePath) {
  ASSERT_THAT(Write(folder_.File("key")), IsOk());
  EXPECT_THAT(ReadSigningKeyFile(folder_.File("key"), passphrase_), IsOk());
  EXPECT_THAT(ReadSealingKeyFile(folder_.File("key"), passphrase_),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("sealing (X25519)")));
  EXPECT_THAT(ReadKeyFile(folder_.File("key"), SecretOf("wrong")),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr(folder_.File("key"))));
}

TEST_F(KeyFileTest, AnEmptyFileIsRefused) {
  EXPECT_THAT(ParseKeyFileHeader(ByteView{}),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("line 1")));
}

TEST_F(KeyFileTest, TooLargeAFileIsRefused) {
  WriteFileOf(folder_.File("key"), Bytes(kMaxKeyFileSize + 1, 'x'));
  ASSERT_EQ(chmod(folder_.File("key").c_str(), 0600), 0);
  EXPECT_THAT(ReadKeyFile(folder_.File("key"), passphrase_),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("more than 4096")));
}

}  // namespace
}  // namespace cairn::keys
