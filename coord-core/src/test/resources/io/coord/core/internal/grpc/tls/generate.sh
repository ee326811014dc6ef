#!/bin/sh
# Makes the certificates beside it, for tests only: an authority, certificates by it that are in their
# time or past it, and one by an authority that nobody trusts. Needs OpenSSL 3.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

authority() { # file, name
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 36500 \
    -subj "/CN=$2" -keyout "$work/$1.key" -out "$1.pem" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
}

certificate() { # file, common name, authority, start, end
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$2" \
    -keyout "$1.key" -out "$work/$1.csr"
  : >"$work/index"
  cat >"$work/ca.conf" <<CONF
[ca]
default_ca=a
[a]
database=$work/index
new_certs_dir=$work
rand_serial=yes
default_md=sha256
policy=p
x509_extensions=x
[p]
commonName=supplied
[x]
subjectAltName=DNS:localhost,IP:127.0.0.1
CONF
  openssl ca -batch -notext -config "$work/ca.conf" -in "$work/$1.csr" -out "$1.pem" \
    -cert "$3.pem" -keyfile "$work/$3.key" -startdate "$4" -enddate "$5"
}

authority authority "Coord test authority"
authority stranger "Unknown authority"
certificate server localhost authority 20200101000000Z 21200101000000Z
certificate expired localhost authority 20200101000000Z 20200102000000Z
certificate client root authority 20200101000000Z 21200101000000Z
certificate unknown root stranger 20200101000000Z 21200101000000Z
