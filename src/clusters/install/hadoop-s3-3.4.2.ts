import type { PinnedFile } from './release.js'

/** Hadoop's connector to S3 with the parts of AWS's SDK it uses: those that it was released with. */
export const hadoopS3Jars: readonly PinnedFile[] = [
  {
    path: 'commons-codec/commons-codec/1.17.1/commons-codec-1.17.1.jar',
    bytes: 372_687,
    sha256: 'f9f6cb103f2ddc3c99a9d80ada2ae7bf0685111fd6bffccb72033d1da4e6ff23',
  },
  {
    path: 'commons-logging/commons-logging/1.2/commons-logging-1.2.jar',
    bytes: 61_829,
    sha256: 'daddea1ea0be0f56978ab3006b8ac92834afeefbd9b7e4e6316fca57df0fa636',
  },
  {
    path: 'io/netty/netty-buffer/4.1.115.Final/netty-buffer-4.1.115.Final.jar',
    bytes: 337_801,
    sha256: '4a7b331d3770c566ab70eb02a0d1feed63b95cf6e4d68c8fe778c4c9de2d116d',
  },
  {
    path: 'io/netty/netty-codec-http/4.1.115.Final/netty-codec-http-4.1.115.Final.jar',
    bytes: 668_310,
    sha256: 'e6dbe971c59373bbae9802021c63b9bc1d8800fead382863d67e79e79b023166',
  },
  {
    path: 'io/netty/netty-codec-http2/4.1.115.Final/netty-codec-http2-4.1.115.Final.jar',
    bytes: 490_385,
    sha256: 'cbed9829a5d582e91e314e209edce9a0c2eb369f23bb4fb74a5bc8b7990222c2',
  },
  {
    path: 'io/netty/netty-codec/4.1.115.Final/netty-codec-4.1.115.Final.jar',
    bytes: 352_900,
    sha256: 'cd189afb70ec6eacfcdfdd3a5f472b4e705a5c91d5bd3ef0386421f2ae15ec77',
  },
  {
    path: 'io/netty/netty-common/4.1.115.Final/netty-common-4.1.115.Final.jar',
    bytes: 718_162,
    sha256: '39f1b5a2aaa4eab5d036dfd0486e35a4276df412e092d36b2d88b494705a134d',
  },
  {
    path: 'io/netty/netty-handler/4.1.115.Final/netty-handler-4.1.115.Final.jar',
    bytes: 578_357,
    sha256: '5972028cc863b74927ce0d11fb8d58f65da2560bef5602fe8ce8903bd306ca07',
  },
  {
    path: 'io/netty/netty-resolver/4.1.115.Final/netty-resolver-4.1.115.Final.jar',
    bytes: 37_841,
    sha256: '7b3455d14f59828765a00573bc3967dc59379e874bd62a67eb1926d6512109d1',
  },
  {
    path: 'io/netty/netty-transport-classes-epoll/4.1.115.Final/netty-transport-classes-epoll-4.1.115.Final.jar',
    bytes: 147_620,
    sha256: '40aa67b4463cca0ab346e393c87f6c37e8954d18ec8b78567d95b55aa1f2b3aa',
  },
  {
    path: 'io/netty/netty-transport-native-unix-common/4.1.115.Final/netty-transport-native-unix-common-4.1.115.Final.jar',
    bytes: 44_158,
    sha256: '4b03e716272657c296b0204b57c140b2b2ca96b1a746c92da41f595892ec6d88',
  },
  {
    path: 'io/netty/netty-transport/4.1.115.Final/netty-transport-4.1.115.Final.jar',
    bytes: 521_369,
    sha256: 'c3d71faaa736ffd2c9260ab0b498024b814c39c7d764bea8113fa98de6e2bdd2',
  },
  {
    path: 'org/apache/hadoop/hadoop-aws/3.4.2/hadoop-aws-3.4.2.jar',
    bytes: 936_997,
    sha256: 'd2d24e6b715b5656b9d238bf13b6682a07e2004dd36aad74a73aeb854319f4d9',
  },
  {
    path: 'org/apache/httpcomponents/httpclient/4.5.13/httpclient-4.5.13.jar',
    bytes: 780_321,
    sha256: '6fe9026a566c6a5001608cf3fc32196641f6c1e5e1986d1037ccdbd5f31ef743',
  },
  {
    path: 'org/apache/httpcomponents/httpcore/4.4.16/httpcore-4.4.16.jar',
    bytes: 327_891,
    sha256: '6c9b3dd142a09dc468e23ad39aad6f75a0f2b85125104469f026e52a474e464f',
  },
  {
    path: 'org/reactivestreams/reactive-streams/1.0.4/reactive-streams-1.0.4.jar',
    bytes: 11_640,
    sha256: 'f75ca597789b3dac58f61857b9ac2e1034a68fa672db35055a8fb4509e325f28',
  },
  {
    path: 'org/wildfly/openssl/wildfly-openssl/2.1.4.Final/wildfly-openssl-2.1.4.Final.jar',
    bytes: 443_788,
    sha256: '95decbc5d088b40e85f58d7726b8c8f4e3be6312a0f2660c2d714a23cee80279',
  },
  {
    path: 'software/amazon/awssdk/annotations/2.29.52/annotations-2.29.52.jar',
    bytes: 13_763,
    sha256: '8cd8bd8afd7eca5a367f69fd87427f6d9f3e7d359962122da24d71f1963f00cd',
  },
  {
    path: 'software/amazon/awssdk/apache-client/2.29.52/apache-client-2.29.52.jar',
    bytes: 77_005,
    sha256: 'c96494be30ecac6f0ab7a35fdd91a4c77ca8a5daf62f3d9d84644ef0f0524dc6',
  },
  {
    path: 'software/amazon/awssdk/arns/2.29.52/arns-2.29.52.jar',
    bytes: 15_823,
    sha256: 'f5a4d1d9b4e4fc63c9bda49bcf1c59d23fd876b276c6b43aaca12969337303a6',
  },
  {
    path: 'software/amazon/awssdk/auth/2.29.52/auth-2.29.52.jar',
    bytes: 234_084,
    sha256: '4d8143b6198dc7a530c2ccdd813129c132b96736086c0d4fea85480b9bdbc5fe',
  },
  {
    path: 'software/amazon/awssdk/aws-core/2.29.52/aws-core-2.29.52.jar',
    bytes: 180_664,
    sha256: 'eb560c064fbaac7e2e7f4a77ac343d3083bea0d7f6e2c69ba022d3f3e859be90',
  },
  {
    path: 'software/amazon/awssdk/aws-query-protocol/2.29.52/aws-query-protocol-2.29.52.jar',
    bytes: 69_396,
    sha256: '1b117672963ee5059c45f2aadb110f191b578d108d8f08d7c7a59e6c0b098a8e',
  },
  {
    path: 'software/amazon/awssdk/aws-xml-protocol/2.29.52/aws-xml-protocol-2.29.52.jar',
    bytes: 102_275,
    sha256: 'daf87b429373ad586d165003b5b1d4fe498c6472eb65ec9a9e2aa7d56f3917dd',
  },
  {
    path: 'software/amazon/awssdk/checksums-spi/2.29.52/checksums-spi-2.29.52.jar',
    bytes: 8046,
    sha256: '21193b9b648843dcaff493f0dd80abab9ee6871b203b9218120554698d8f7b8a',
  },
  {
    path: 'software/amazon/awssdk/checksums/2.29.52/checksums-2.29.52.jar',
    bytes: 69_428,
    sha256: 'bca99ff25c9b917d6be03e5dce78ad5328e7dca485e96024fa8476e4192a800a',
  },
  {
    path: 'software/amazon/awssdk/crt-core/2.29.52/crt-core-2.29.52.jar',
    bytes: 17_776,
    sha256: '4e1f33de21b688695fec91b977ddfa99e9d376edcbad06a62b0c138c60b37de4',
  },
  {
    path: 'software/amazon/awssdk/endpoints-spi/2.29.52/endpoints-spi-2.29.52.jar',
    bytes: 13_171,
    sha256: 'e54f246c668d70b55cffe0c8fad18d4465e74e22db75139918bd30610093d1e6',
  },
  {
    path: 'software/amazon/awssdk/http-auth-aws-eventstream/2.29.52/http-auth-aws-eventstream-2.29.52.jar',
    bytes: 8707,
    sha256: '565a4aacce955c5ffaed551f6faaaa958e9e92b2f8514c8482f664edb2bab576',
  },
  {
    path: 'software/amazon/awssdk/http-auth-aws/2.29.52/http-auth-aws-2.29.52.jar',
    bytes: 158_970,
    sha256: '7ae124e81ac0c2860bb61fdde34a388dbe823fef8509dd46a6bec805ada90308',
  },
  {
    path: 'software/amazon/awssdk/http-auth-spi/2.29.52/http-auth-spi-2.29.52.jar',
    bytes: 45_764,
    sha256: '7a2168c5a7baa856d7ae9f9c4f7522d2db9f1361108c38f5b6ece66f249e6a2d',
  },
  {
    path: 'software/amazon/awssdk/http-auth/2.29.52/http-auth-2.29.52.jar',
    bytes: 17_475,
    sha256: 'd8aa3bd376aaec7196396e65fe8755f1fdd169e51357f8128ecdc7d23a687450',
  },
  {
    path: 'software/amazon/awssdk/http-client-spi/2.29.52/http-client-spi-2.29.52.jar',
    bytes: 87_344,
    sha256: '8ea61ce3b527779fbfe119e0775c4b7cfdf274a979b1e50596a634685a5b6542',
  },
  {
    path: 'software/amazon/awssdk/identity-spi/2.29.52/identity-spi-2.29.52.jar',
    bytes: 30_965,
    sha256: '85104635abf9e5c044aaf7f8951b63efc2ef82051b5ee303571ee2e1fd8b46d0',
  },
  {
    path: 'software/amazon/awssdk/json-utils/2.29.52/json-utils-2.29.52.jar',
    bytes: 33_224,
    sha256: '2652cdb3668311bcff6e643c8612b9fea266423ae1ce33743c84dd7f77904311',
  },
  {
    path: 'software/amazon/awssdk/metrics-spi/2.29.52/metrics-spi-2.29.52.jar',
    bytes: 27_264,
    sha256: '1db2e3da338148ee40a716e1733c9a5b99e9e6daa4db3aa8bd7e718adafa2510',
  },
  {
    path: 'software/amazon/awssdk/netty-nio-client/2.29.52/netty-nio-client-2.29.52.jar',
    bytes: 287_867,
    sha256: '07238668c9cf54531ee269fd6e2a1e2650fb75d6774d401f406c2a14f26af654',
  },
  {
    path: 'software/amazon/awssdk/profiles/2.29.52/profiles-2.29.52.jar',
    bytes: 49_837,
    sha256: 'fef84619d101838ba45f48d0caddb09a85d9ed8bf869095bd7d2064796856cf7',
  },
  {
    path: 'software/amazon/awssdk/protocol-core/2.29.52/protocol-core-2.29.52.jar',
    bytes: 44_336,
    sha256: '7b32e41a3743b422d2edec1670f60b4c1e512fcd5ab7a53fef20742d6b9104d1',
  },
  {
    path: 'software/amazon/awssdk/regions/2.29.52/regions-2.29.52.jar',
    bytes: 904_015,
    sha256: '5ee0e26277c679ffa70d83923b0d5f77a53066ecde8610f28be1856947d60eaf',
  },
  {
    path: 'software/amazon/awssdk/retries-spi/2.29.52/retries-spi-2.29.52.jar',
    bytes: 31_489,
    sha256: 'a4218ea742fc9e07a620629d7a258bfd92b8ea3ef75f1b99193d0898ca3efe99',
  },
  {
    path: 'software/amazon/awssdk/retries/2.29.52/retries-2.29.52.jar',
    bytes: 66_310,
    sha256: 'ca3752ba31399721980c6398992921ff5aa164e084b4c14484333df58c76a353',
  },
  {
    path: 'software/amazon/awssdk/s3-transfer-manager/2.29.52/s3-transfer-manager-2.29.52.jar',
    bytes: 249_191,
    sha256: '0c9e654637247187a7e2494eb7a8799477a772a7d554cd3ae787cd3e3bae3c55',
  },
  {
    path: 'software/amazon/awssdk/s3/2.29.52/s3-2.29.52.jar',
    bytes: 3_835_574,
    sha256: 'abaedea7e68063e9c4ab090f80d14b9884c57b50953bfe6e5acaa23025609efa',
  },
  {
    path: 'software/amazon/awssdk/sdk-core/2.29.52/sdk-core-2.29.52.jar',
    bytes: 977_550,
    sha256: 'ea8e9856569f85075a8a806d0481c4bd848c98b24fd6d706fc0b5883fc4604dc',
  },
  {
    path: 'software/amazon/awssdk/sts/2.29.52/sts-2.29.52.jar',
    bytes: 536_436,
    sha256: '6495d0457f4e4c3724d8c9c5fe4f6f98c9530a22f92449c4cca5fd03622e4edb',
  },
  {
    path: 'software/amazon/awssdk/third-party-jackson-core/2.29.52/third-party-jackson-core-2.29.52.jar',
    bytes: 535_001,
    sha256: 'eaece3eb60beb8ec09d8a4f48d5bff4110010b03cc23688bdcf2af2eb075cac6',
  },
  {
    path: 'software/amazon/awssdk/utils/2.29.52/utils-2.29.52.jar',
    bytes: 226_880,
    sha256: 'f150a38f2fec14ced2de6459bfe804f647c88baa573b218646ef89b436a29d42',
  },
  {
    path: 'software/amazon/eventstream/eventstream/1.0.1/eventstream-1.0.1.jar',
    bytes: 30_193,
    sha256: '0c37d8e696117f02c302191b8110b0d0eb20fa412fce34c3a269ec73c16ce822',
  },
  {
    path: 'software/amazon/s3/analyticsaccelerator/analyticsaccelerator-s3/1.2.1/analyticsaccelerator-s3-1.2.1.jar',
    bytes: 2_299_678,
    sha256: '11029552e37408e41e689b20150f4b372e0b4f232de321ccafd0fcf443cdfb5a',
  },
]
