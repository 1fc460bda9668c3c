# One image for every part: the command says which. Build: docker build -t sysmaint .
FROM swift:6.3-bookworm AS build
RUN apt-get update -q \
    && apt-get install -y -q --no-install-recommends libssl-dev libsodium-dev libsqlite3-dev libevent-dev libwslay-dev \
        libcurl4-openssl-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
RUN swift build -c release --product sysmaint --static-swift-stdlib \
    && built=$(swift build -c release --static-swift-stdlib --show-bin-path) \
    && install -D -s "$built/sysmaint" /out/usr/local/bin/sysmaint \
    && install -D -m 0644 LICENSE /out/usr/share/doc/sysmaint/LICENSE \
    && Scripts/make-copyright > /out/usr/share/doc/sysmaint/copyright

FROM debian:bookworm-slim
RUN apt-get update -q \
    && apt-get install -y -q --no-install-recommends ca-certificates libcurl4 libevent-core-2.1-7 libevent-openssl-2.1-7 \
        libsodium23 libsqlite3-0 libssl3 libstdc++6 libwslay1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin sysmaint \
    && install -d -o sysmaint -g sysmaint -m 0700 /data /state
COPY --from=build /out /
USER sysmaint
WORKDIR /data
# Inside a container nobody else reaches these ports unless they are published.
ENV SYSMAINT_HOME=/data RELAY_HOST=0.0.0.0 WEB_HOST=0.0.0.0
EXPOSE 8080 3000
VOLUME ["/data", "/state"]
ENTRYPOINT ["/usr/local/bin/sysmaint"]
CMD ["up"]
