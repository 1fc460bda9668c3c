/// Self-signed pairs for `localhost`, made with `openssl req -x509 -newkey ec`; valid for a hundred years, for tests
/// only.
package struct TestCertificate: Sendable {
    package let certificate: String
    package let key: String

    package static let first = TestCertificate(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBmzCCAUGgAwIBAgIUVePhMkyPgykDGbbHAm+ufwiehhAwCgYIKoZIzj0EAwIw
            FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzA1NDUwNVoYDzIxMjYxMDMw
            MDU0NTA1WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
            PQMBBwNCAATrZp4z44VBbAJp/eqvai1Mj1U59FKOWd38iKrIKR/ROrg9qm2EtEze
            Cz2lfcNefrkXoTfLEAS7lbFQcFpSqcUwo28wbTAdBgNVHQ4EFgQUhUH/Gjex0cK3
            W3pvk5YWQats9jcwHwYDVR0jBBgwFoAUhUH/Gjex0cK3W3pvk5YWQats9jcwDwYD
            VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
            zj0EAwIDSAAwRQIhAKohKnosMRKDyOzOCisQ0N7GOLYLVu9QEFk/WhdOS9o+AiBO
            AApkdTCuguDRTD94tGEniTPYZBmF0gIZETeC5xfgWg==
            -----END CERTIFICATE-----
            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgpUdxBi+eIMU8lE/Q
            YER7w3oBveULVBZGivfmH0HbAQChRANCAATrZp4z44VBbAJp/eqvai1Mj1U59FKO
            Wd38iKrIKR/ROrg9qm2EtEzeCz2lfcNefrkXoTfLEAS7lbFQcFpSqcUw
            -----END PRIVATE KEY-----
            """)

    package static let second = TestCertificate(
        certificate: """
            -----BEGIN CERTIFICATE-----
            MIIBnDCCAUGgAwIBAgIUDwy8RYAgU7OUxfiRb1FsOA7cQWwwCgYIKoZIzj0EAwIw
            FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzA1NDUwNVoYDzIxMjYxMDMw
            MDU0NTA1WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
            PQMBBwNCAATbTTq8UAXtsrFNjM0lUNjcPYkjHX94dSwg7bYBLPfNsj0Dltb4rWZw
            7uhBW5WILmhbx/bnZgycKHo2uCk+BqJFo28wbTAdBgNVHQ4EFgQUuqMnvdF5suNe
            cqKsliHciPMW0RUwHwYDVR0jBBgwFoAUuqMnvdF5suNecqKsliHciPMW0RUwDwYD
            VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
            zj0EAwIDSQAwRgIhAIaBSK0it0cofyvu6WX2SgKYjZgx6XrqkyT1UH7/lCFTAiEA
            ytAdUmL7cg56ifetJWzNZiHKhvN1L3N1mCOqMUejTDE=
            -----END CERTIFICATE-----
            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjoJk/3qmz8MQdgjv
            D3gWeJPidppsLcZBfJeP0Oppw8GhRANCAATbTTq8UAXtsrFNjM0lUNjcPYkjHX94
            dSwg7bYBLPfNsj0Dltb4rWZw7uhBW5WILmhbx/bnZgycKHo2uCk+BqJF
            -----END PRIVATE KEY-----
            """)
}
