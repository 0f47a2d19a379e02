#include "broker/tls.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace cairn::broker {
namespace {

constexpr unsigned kRereadSeconds = 60;
constexpr int kMaxCertificateDays = 3650;
constexpr std::size_t kMaxPemBytes = std::size_t{1024} * 1024;

template <auto Free>
struct Deleter {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using KeyHandle = std::unique_ptr<EVP_PKEY, Deleter<EVP_PKEY_free>>;
using CertificateHandle = std::unique_ptr<X509, Deleter<X509_free>>;
using BioHandle = std::unique_ptr<BIO, Deleter<BIO_free>>;

absl::Status TlsFileError(const std::string& path, absl::string_view what) {
  ERR_clear_error();
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", what));
}

absl::StatusOr<BioHandle> OpenPem(const std::string& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    return absl::NotFoundError(
        absl::StrCat(path, ": ", std::generic_category().message(errno),
                     "; `cairn-broker certificate` makes a self-signed certificate"));
  }
  if (!S_ISREG(info.st_mode) || info.st_size > static_cast<off_t>(kMaxPemBytes)) {
    return TlsFileError(path, "not a PEM file");
  }
  BioHandle bio(BIO_new_file(path.c_str(), "rb"));
  if (bio == nullptr) return TlsFileError(path, "cannot be read");
  return bio;
}

absl::Status CheckPair(const std::string& certificate_path, const std::string& key_path) {
  absl::StatusOr<BioHandle> certificate_bio = OpenPem(certificate_path);
  if (!certificate_bio.ok()) return certificate_bio.status();
  const CertificateHandle certificate(
      PEM_read_bio_X509(certificate_bio->get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr) return TlsFileError(certificate_path, "holds no PEM certificate");
  absl::StatusOr<BioHandle> key_bio = OpenPem(key_path);
  if (!key_bio.ok()) return key_bio.status();
  struct stat info {};
  if (::stat(key_path.c_str(), &info) != 0 || (info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
    return absl::FailedPreconditionError(
        absl::StrCat(key_path, ": others may read it; chmod 600 it first"));
  }
  // An encrypted key would make OpenSSL ask on the terminal: an empty passphrase refuses instead.
  const KeyHandle key(PEM_read_bio_PrivateKey(
      key_bio->get(), nullptr, [](char*, int, int, void*) { return 0; }, nullptr));
  if (key == nullptr) return TlsFileError(key_path, "holds no PEM private key without passphrase");
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return TlsFileError(key_path, absl::StrCat("is not the key of ", certificate_path));
  }
  return absl::OkStatus();
}

bool IsAddress(const std::string& name) {
  std::array<unsigned char, 16> buffer{};
  return ::inet_pton(AF_INET, name.c_str(), buffer.data()) == 1 ||
         ::inet_pton(AF_INET6, name.c_str(), buffer.data()) == 1;
}

absl::Status CheckHostName(const std::string& name) {
  if (IsAddress(name)) return absl::OkStatus();
  bool valid = !name.empty() && name.size() <= 253;
  for (const char c : name) {
    valid = valid && (absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '.' ||
                      c == '*');
  }
  return valid ? absl::OkStatus()
               : absl::InvalidArgumentError(
                     absl::StrCat("\"", name, "\" is neither a host name nor an IP address"));
}

bool AddExtension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  if (extension == nullptr) return false;
  const bool added = X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

std::string AlternativeNames(const std::vector<std::string>& names) {
  return absl::StrJoin(names, ",", [](std::string* out, const std::string& name) {
    absl::StrAppend(out, IsAddress(name) ? "IP:" : "DNS:", name);
  });
}

absl::StatusOr<CertificateHandle> MakeCertificate(const std::vector<std::string>& names, int days,
                                                  EVP_PKEY* key) {
  CertificateHandle certificate(X509_new());
  std::array<unsigned char, 16> serial{};
  bool ok = certificate != nullptr && RAND_bytes(serial.data(), serial.size()) == 1;
  serial[0] &= 0x7F;
  BIGNUM* const number = ok ? BN_bin2bn(serial.data(), serial.size(), nullptr) : nullptr;
  ok = ok && number != nullptr &&
       BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate.get())) != nullptr;
  BN_free(number);
  ok = ok && X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
       X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600) != nullptr &&
       X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 86400L * days) != nullptr &&
       X509_set_pubkey(certificate.get(), key) == 1;
  X509_NAME* const subject = ok ? X509_get_subject_name(certificate.get()) : nullptr;
  const std::string common = names.front().substr(0, 64);
  ok = ok &&
       X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                  reinterpret_cast<const unsigned char*>(common.data()),
                                  static_cast<int>(common.size()), -1, 0) == 1 &&
       X509_set_issuer_name(certificate.get(), subject) == 1 &&
       AddExtension(certificate.get(), NID_subject_alt_name, AlternativeNames(names)) &&
       AddExtension(certificate.get(), NID_basic_constraints, "critical,CA:TRUE") &&
       AddExtension(certificate.get(), NID_key_usage, "critical,digitalSignature,keyCertSign") &&
       AddExtension(certificate.get(), NID_ext_key_usage, "serverAuth") &&
       X509_sign(certificate.get(), key, EVP_sha256()) != 0;
  if (!ok) {
    ERR_clear_error();
    return absl::InternalError("OpenSSL could not make the certificate");
  }
  return certificate;
}

// A new file that nobody else may read; `write` fills it.
template <typename Write>
absl::Status WritePem(const std::string& path, mode_t mode, const Write& write) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (file < 0) {
    const std::string why = absl::StrCat(path, ": ", std::generic_category().message(errno));
    return errno == EEXIST ? absl::AlreadyExistsError(why) : absl::UnavailableError(why);
  }
  const BioHandle bio(BIO_new_fd(file, BIO_NOCLOSE));
  const bool written = bio != nullptr && write(bio.get()) == 1 && ::fsync(file) == 0;
  ::close(file);
  if (written) return absl::OkStatus();
  ::unlink(path.c_str());
  return absl::UnavailableError(absl::StrCat(path, ": could not be written"));
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> MakeTlsCredentials(
    const std::string& certificate_path, const std::string& key_path) {
  if (absl::Status pair = CheckPair(certificate_path, key_path); !pair.ok()) return pair;
  const auto provider = std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
      key_path, certificate_path, kRereadSeconds);
  grpc::experimental::TlsServerCredentialsOptions options(provider);
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_DONT_REQUEST_CLIENT_CERTIFICATE);
  return grpc::experimental::TlsServerCredentials(options);
}

absl::Status MakeSelfSignedCertificate(const std::vector<std::string>& names, int days,
                                       const std::string& certificate_path,
                                       const std::string& key_path) {
  if (names.empty()) return absl::InvalidArgumentError("give at least one host name or address");
  if (days < 1 || days > kMaxCertificateDays) {
    return absl::InvalidArgumentError(absl::StrCat("days: expected 1 to ", kMaxCertificateDays));
  }
  for (const std::string& name : names) {
    if (absl::Status checked = CheckHostName(name); !checked.ok()) return checked;
  }
  const KeyHandle key(EVP_EC_gen("P-256"));
  if (key == nullptr) return absl::InternalError("OpenSSL could not make a key");
  const absl::StatusOr<CertificateHandle> certificate = MakeCertificate(names, days, key.get());
  if (!certificate.ok()) return certificate.status();
  absl::Status key_written = WritePem(key_path, 0600, [&](BIO* bio) {
    return PEM_write_bio_PrivateKey(bio, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  if (!key_written.ok()) return key_written;
  absl::Status written = WritePem(certificate_path, 0644, [&](BIO* bio) {
    return PEM_write_bio_X509(bio, certificate->get());
  });
  if (!written.ok()) ::unlink(key_path.c_str());
  return written;
}

}  // namespace cairn::broker
