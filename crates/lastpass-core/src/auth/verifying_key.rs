//! A public key of an issuer, with the algorithms that it may verify: only those of its key type.

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    VerificationAlgorithm,
};
use base64::{Engine, prelude::BASE64_STANDARD};
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{AlgorithmParameters, EllipticCurve, Jwk, PublicKeyUse},
};

const RSA: [Algorithm; 6] =
    [Algorithm::RS256, Algorithm::RS384, Algorithm::RS512, Algorithm::PS256, Algorithm::PS384, Algorithm::PS512];

/// A key that verifies the tokens of an issuer.
#[derive(Debug)]
pub struct VerifyingKey {
    pub(crate) key: DecodingKey,
    pub(crate) algorithms: Vec<Algorithm>,
}

impl VerifyingKey {
    /// Parses a public key in PEM: RSA, P-256, P-384 or Ed25519. Lines may be separated by `\n` as two characters, as
    /// some platforms store a variable with several lines.
    pub fn from_pem(text: &str) -> Option<Self> {
        let text = text.replace("\\n", "\n");
        let (_, rest) = text.split_once("-----BEGIN ")?;
        let (label, rest) = rest.split_once("-----")?;
        let (body, end) = rest.split_once("-----END ")?;
        if !matches!(label, "PUBLIC KEY" | "RSA PUBLIC KEY") || end.split_once("-----")?.0 != label {
            return None;
        }
        let body: String = body.split_whitespace().collect();
        let der = BASE64_STANDARD.decode(body).ok()?;
        // Each parser accepts only keys of its own type.
        let is = |algorithm: &'static dyn VerificationAlgorithm| ParsedPublicKey::new(algorithm, &der).is_ok();
        if is(&RSA_PKCS1_2048_8192_SHA256) {
            Some(Self { key: DecodingKey::from_rsa_der(&der), algorithms: RSA.to_vec() })
        } else if is(&ECDSA_P256_SHA256_FIXED) {
            Some(Self { key: DecodingKey::from_ec_der(&der), algorithms: vec![Algorithm::ES256] })
        } else if is(&ECDSA_P384_SHA384_FIXED) {
            Some(Self { key: DecodingKey::from_ec_der(&der), algorithms: vec![Algorithm::ES384] })
        } else if is(&ED25519) {
            Some(Self { key: DecodingKey::from_ed_der(&der), algorithms: vec![Algorithm::EdDSA] })
        } else {
            None
        }
    }

    /// Converts a key of a JSON Web Key Set; `None` for one that verifies no signatures, such as a shared secret.
    pub(crate) fn from_jwk(jwk: &Jwk) -> Option<Self> {
        let mut algorithms = algorithms_of(&jwk.algorithm);
        if jwk.common.public_key_use.as_ref().is_some_and(|purpose| *purpose != PublicKeyUse::Signature) {
            return None;
        }
        if let Some(only) = jwk.common.key_algorithm {
            let only = only.to_string().parse::<Algorithm>().ok();
            algorithms.retain(|algorithm| only == Some(*algorithm));
        }
        let key = DecodingKey::from_jwk(jwk).ok()?;
        (!algorithms.is_empty()).then_some(Self { key, algorithms })
    }
}

fn algorithms_of(parameters: &AlgorithmParameters) -> Vec<Algorithm> {
    let curve = |curve: &EllipticCurve, algorithms: &[(EllipticCurve, Algorithm)]| {
        let found = algorithms.iter().find(|(known, _)| known == curve);
        found.map(|(_, algorithm)| *algorithm).into_iter().collect()
    };
    if let AlgorithmParameters::RSA(_) = parameters {
        RSA.to_vec()
    } else if let AlgorithmParameters::EllipticCurve(point) = parameters {
        let known = [(EllipticCurve::P256, Algorithm::ES256), (EllipticCurve::P384, Algorithm::ES384)];
        curve(&point.curve, &known)
    } else if let AlgorithmParameters::OctetKeyPair(pair) = parameters {
        curve(&pair.curve, &[(EllipticCurve::Ed25519, Algorithm::EdDSA)])
    } else {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED25519_PEM: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
    const P256_PEM: &str = "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEf83OJ3D2xF1Bg8vub9tLe1gHMzV7\n6e8Tus9uPHvRVEXH8UTNG72bfocs3+257rn0s2ldbqkLJK2KRiMohYjlrQ==\n-----END PUBLIC KEY-----";

    #[test]
    fn a_pem_key_allows_the_algorithms_of_its_type() {
        let check = |pem: &str, expected: Option<Vec<Algorithm>>| {
            assert_eq!(VerifyingKey::from_pem(pem).map(|key| key.algorithms), expected, "{pem}");
        };
        check(ED25519_PEM, Some(vec![Algorithm::EdDSA]));
        check(P256_PEM, Some(vec![Algorithm::ES256]));
        check(&P256_PEM.replace('\n', "\\n"), Some(vec![Algorithm::ES256]));
        check(&P256_PEM.replace('\n', " "), Some(vec![Algorithm::ES256]));
        for broken in ["", "key", &P256_PEM.replace("PUBLIC KEY", "CERTIFICATE"), &P256_PEM.replace("MFkw", "MFkx")] {
            check(broken, None);
        }
    }

    #[test]
    fn a_jwk_allows_the_algorithms_of_its_type_and_its_declaration() {
        let check = |json: &str, expected: Option<Vec<Algorithm>>| {
            let jwk: Jwk = serde_json::from_str(json).unwrap();
            assert_eq!(VerifyingKey::from_jwk(&jwk).map(|key| key.algorithms), expected, "{json}");
        };
        check(r#"{"kty":"RSA","n":"AQAB","e":"AQAB"}"#, Some(RSA.to_vec()));
        check(r#"{"kty":"RSA","n":"AQAB","e":"AQAB","alg":"RS256","use":"sig"}"#, Some(vec![Algorithm::RS256]));
        check(r#"{"kty":"RSA","n":"AQAB","e":"AQAB","alg":"RSA-OAEP"}"#, None);
        check(r#"{"kty":"RSA","n":"AQAB","e":"AQAB","use":"enc"}"#, None);
        check(r#"{"kty":"RSA","n":"AQAB","e":"AQAB","alg":"HS256"}"#, None);
        check(r#"{"kty":"EC","crv":"P-384","x":"AQAB","y":"AQAB"}"#, Some(vec![Algorithm::ES384]));
        check(r#"{"kty":"OKP","crv":"Ed25519","x":"AQAB"}"#, Some(vec![Algorithm::EdDSA]));
        check(r#"{"kty":"oct","k":"AQAB"}"#, None);
    }
}
